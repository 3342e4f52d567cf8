//! PayQuirk itself: it keeps a ledger, does what it is told once for each key, and complains about
//! every request that isn't as its page says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::http::{self, Asked};

/// One refund in the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) payment: String,
    pub(crate) value: String,
    /// How often it has to be asked about until it is paid out.
    polls_left: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) orders: Vec<Order>,
    pub(crate) keys: BTreeMap<String, usize>,
    /// What was wrong with requests.
    pub(crate) complaints: Vec<String>,
    /// How many of the next answers to refunds get lost.
    pub(crate) lose: usize,
    /// How many refunds were asked for, repeats included.
    pub(crate) sends: usize,
    pub(crate) logins: usize,
    /// The access tokens that are taken.
    tokens: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct PayQuirk {
    pub(crate) url: String,
    book: Arc<Mutex<Book>>,
    task: JoinHandle<()>,
}

impl Drop for PayQuirk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl PayQuirk {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Mutex::new(Book::default()));
        let kept = Arc::clone(&book);
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let asked = http::read(&mut stream).await;
                // A lost answer is a connection that ends without one.
                let reply = lock(&kept).handle(&asked).unwrap_or_default();
                http::answer(stream, reply.as_bytes()).await;
            }
        });
        Self { url, book, task }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn fault(status: &str, kind: &str) -> String {
    reply(
        status,
        "",
        &format!(r#"{{"fault": {{"kind": "{kind}", "text": "no"}}}}"#),
    )
}

impl Book {
    /// No access token is taken any more.
    pub(crate) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    fn expect(&mut self, asked: &Asked, name: &str, wanted: &str) {
        let found = asked.headers.get(name).map_or("", String::as_str);
        if found != wanted {
            self.complaints.push(format!(
                "{} {}: {name} is {found}",
                asked.method, asked.path
            ));
        }
    }

    fn handle(&mut self, asked: &Asked) -> Option<String> {
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/oauth2/token") => {
                // client-7:planted_s3cret
                self.expect(
                    asked,
                    "authorization",
                    "Basic Y2xpZW50LTc6cGxhbnRlZF9zM2NyZXQ=",
                );
                self.expect(asked, "content-type", "application/x-www-form-urlencoded");
                if asked.body != "grant_type=client_credentials" {
                    self.complaints.push(asked.body.clone());
                }
                self.logins += 1;
                let token = format!("planted-{}", self.logins);
                let body = format!(r#"{{"access_token": "{token}", "expires_in": 3600}}"#);
                self.tokens.push(["Bearer ", &token].concat());
                Some(reply("200 OK", "", &body))
            }
            (_, path) if !self.is_known(asked) => {
                let _ = path;
                Some(fault("401 Unauthorized", "TOKEN"))
            }
            ("POST", "/refund-orders") => self.refund(asked),
            ("GET", path) => Some(self.status(path)),
            _ => {
                self.complaints.push(asked.path.clone());
                Some(fault("404 Not Found", "PATH"))
            }
        }
    }

    fn is_known(&self, asked: &Asked) -> bool {
        asked
            .headers
            .get("authorization")
            .is_some_and(|token| self.tokens.contains(token))
    }

    fn refund(&mut self, asked: &Asked) -> Option<String> {
        self.sends += 1;
        self.expect(asked, "content-type", "application/x-www-form-urlencoded");
        let pairs: BTreeMap<String, String> = form_urlencoded::parse(asked.body.as_bytes())
            .into_owned()
            .collect();
        let pair = |name: &str| pairs.get(name).cloned().unwrap_or_default();
        let (payment, value) = (pair("order[payment][reference]"), pair("order[sum][value]"));
        if pair("order[sum][currency]") != "EUR" || pair("order[lines][0]").len() != 32 {
            self.complaints.push(asked.body.clone());
        }
        let key = asked
            .headers
            .get("x-request-uuid")
            .cloned()
            .unwrap_or_default();
        if uuid::Uuid::try_parse(&key).is_err() {
            self.complaints.push(format!("no UUID: {key}"));
            return Some(fault("422 Unprocessable Content", "KEY"));
        }
        let at = match self.keys.get(&key) {
            Some(at) => *at,
            None => {
                self.orders.push(Order {
                    payment,
                    value,
                    polls_left: 2,
                });
                self.keys.insert(key, self.orders.len());
                self.orders.len()
            }
        };
        if self.lose > 0 {
            self.lose -= 1;
            return None;
        }
        Some(reply(
            "202 Accepted",
            &format!("Location: /refund-orders/ro_{at}\r\n"),
            "",
        ))
    }

    fn status(&mut self, path: &str) -> String {
        let number: Option<usize> = path
            .strip_prefix("/refund-orders/ro_")
            .and_then(|at| at.parse().ok());
        let order = number.and_then(|at| self.orders.get_mut(at - 1));
        let Some((order, number)) = order.zip(number) else {
            return fault("404 Not Found", "ORDER");
        };
        let state = match order.polls_left {
            2 => "RECEIVED",
            1 => "CLEARING",
            _ => "PAID_OUT",
        };
        order.polls_left = order.polls_left.saturating_sub(1);
        let body = format!(
            r#"{{"order": {{"number": "ro_{number}", "state": "{state}", "sum": {{"value": "{}", "currency": "EUR"}}, "payment": {{"reference": "{}"}}}}}}"#,
            order.value, order.payment
        );
        reply("200 OK", "", &body)
    }
}
