//! Somebody hangs up, then nobody listens: the first request may have arrived, the second was never sent.
//! Neither is ever sent again by itself.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_http::{
    BaseUrl, HttpClient, HttpConfig, Request, Response, Secret, SendError, Transport as _,
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = HttpClient::new(&HttpConfig::default())?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = BaseUrl::parse(&format!("http://{}", listener.local_addr()?))?;
    let key = Secret::new("sk_example_key")?;
    let request = || {
        Request::post(&base, &["payments", "pay_1", "refunds"])
            .secret_header("authorization", "Bearer ", &key)
            .json(&"the body")
    };
    println!("{:?}", request().preview());

    let hangs_up = tokio::spawn(async move {
        let mut byte = [0_u8; 1];
        let (mut stream, _) = listener.accept().await?;
        tokio::io::AsyncReadExt::read(&mut stream, &mut byte).await
    });
    say(client.send(request()).await);
    // From here on nobody listens any more.
    hangs_up.await??;
    say(client.send(request()).await);
    Ok(())
}

fn say(answer: Result<Response, SendError>) {
    match answer {
        Ok(response) => println!("answered: {}", response.status()),
        Err(error @ SendError::MaybeSent { .. }) => println!("may have arrived: {error}"),
        Err(error @ SendError::NotSent { .. }) => println!("never left: {error}"),
    }
}
