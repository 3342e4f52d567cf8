//! Programs that sign, as shell scripts: what they are given, which of their answers are taken, and
//! that none outlives its time limit or whoever waits for it.

use refundkit_http::Method;

use super::*;

const URL: &str = "https://api.example.com/refunds?a=b";

fn shell(script: &str) -> CommandSigner {
    let words = ["sh", "-c", script].map(str::to_owned);
    CommandSigner::new(&words).unwrap()
}

async fn sign(signer: &CommandSigner, body: Option<&[u8]>) -> Result<Vec<SignedHeader>, String> {
    let request = Unsigned::new(Method::Post, URL, body);
    let answer = signer.headers(&request).await;
    answer.map_err(|error| error.to_string())
}

async fn refused(script: &str) -> String {
    sign(&shell(script), None).await.unwrap_err()
}

#[tokio::test]
async fn the_program_gets_the_request_and_its_headers_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("question");
    let script = format!(
        r#"cat > '{}'; echo '{{"headers":{{"Authorization":"Bearer abc.def","X-Salt":"1"}}}}'"#,
        seen.display()
    );
    let headers = sign(&shell(&script), Some(b"{\"amount\":1}"))
        .await
        .unwrap();
    let pairs: Vec<(&str, &str)> = headers.iter().map(|h| (h.name(), h.expose())).collect();
    assert_eq!(
        pairs,
        [("Authorization", "Bearer abc.def"), ("X-Salt", "1")]
    );
    let question: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&seen).unwrap()).unwrap();
    let expected =
        serde_json::json!({"method": "POST", "url": URL, "body_base64": "eyJhbW91bnQiOjF9"});
    assert_eq!(question, expected);

    sign(&shell(&script), None).await.unwrap();
    let question = std::fs::read_to_string(&seen).unwrap();
    assert!(question.contains(r#""body_base64":null"#), "{question}");
}

/// The body is more than a pipe holds, so that writing it waits for the program.
#[tokio::test]
async fn a_long_body_blocks_neither_a_reader_nor_one_who_ignores_it() {
    let body = vec![b'x'; 1024 * 1024];
    let counts = r#"n=$(wc -c); echo "{\"headers\":{\"X-Length\":\"$((n > 1398100))\"}}""#;
    let headers = sign(&shell(counts), Some(&body)).await.unwrap();
    assert_eq!(headers[0].expose(), "1");
    let ignores = r#"echo '{"headers":{}}'"#;
    assert!(sign(&shell(ignores), Some(&body)).await.unwrap().is_empty());
    let mut only_writes = shell("yes");
    only_writes.time_limit = Duration::from_secs(2);
    let error = sign(&only_writes, Some(&body)).await.unwrap_err();
    assert!(error.contains("more than 16 KiB"), "{error}");
}

#[tokio::test]
async fn a_program_that_fails_is_named_by_its_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sign-it");
    std::os::unix::fs::symlink("/bin/sh", &program).unwrap();
    let words = [
        program.to_str().unwrap(),
        "-c",
        r#"echo planted; echo planted >&2; echo '{"headers":{}}'; exit 3"#,
    ]
    .map(str::to_owned);
    let signer = CommandSigner::new(&words).unwrap();
    let error = sign(&signer, None).await.unwrap_err();
    assert_eq!(
        error,
        "the request could not be signed: the signing program sign-it ended with a failure"
    );
    assert_eq!(
        format!("{signer:?}"),
        "CommandSigner { program: \"sign-it\", .. }"
    );
    // An answer that would do doesn't count when the program says that it failed.
    let error = refused(r#"echo '{"headers":{"A":"b"}}'; exit 1"#).await;
    assert!(error.contains("ended with a failure"), "{error}");
    let error = refused(r#"echo '{"headers":{"A":"b"}}'; kill -9 $$"#).await;
    assert!(error.contains("ended with a failure"), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_error() {
    let words = ["/nowhere/at/all/signer".to_owned()];
    let error = sign(&CommandSigner::new(&words).unwrap(), None).await;
    let error = error.unwrap_err();
    assert!(
        error.contains("program signer could not be started"),
        "{error}"
    );
    assert!(!error.contains("nowhere"), "{error}");
    assert!(CommandSigner::new(&[]).is_none());
}

#[tokio::test]
async fn answers_that_are_no_such_object_are_refused_unrepeated() {
    for answer in [
        "",
        "planted",
        "[]",
        "{}",
        r#"{"headers":["planted"]}"#,
        r#"{"headers":{"A":1}}"#,
        r#"{"headers":{"A":["planted"]}}"#,
        r#"{"headers":{},"planted":1}"#,
        r#"{"headers":{}} {"headers":{}}"#,
        r#"{"headers":{},"headers":{}}"#,
    ] {
        let error = refused(&format!("cat > /dev/null; printf '%s' '{answer}'")).await;
        assert!(error.contains("must write one JSON object"), "{error}");
        assert!(!error.contains("planted"), "{error}");
    }
    // What the port itself refuses.
    let error = refused(r#"echo '{"headers":{"Host":"planted"}}'"#).await;
    assert!(error.contains("host is not the signer's"), "{error}");
    let error = refused(r#"printf '%s' '{"headers":{"A":"planted\r\nB: c"}}'"#).await;
    assert!(error.contains("visible ASCII"), "{error}");
}

/// The port refuses it; here it only mustn't get lost.
#[tokio::test]
async fn a_name_that_stands_twice_is_handed_on_twice() {
    let headers = sign(&shell(r#"echo '{"headers":{"A":"1","A":"2"}}'"#), None).await;
    assert_eq!(headers.unwrap().len(), 2);
}

#[tokio::test]
async fn sixteen_kibibytes_are_read_and_no_more() {
    // The object is 21 characters; white space fills up the rest.
    let script = |bytes: usize| {
        format!(
            r#"printf '%s%{}s' '{{"headers":{{"A":"b"}}}}' ''"#,
            bytes.saturating_sub(21)
        )
    };
    let headers = sign(&shell(&script(16 * 1024)), None).await.unwrap();
    assert_eq!(headers.len(), 1);
    let error = refused(&script(16 * 1024 + 1)).await;
    assert!(error.contains("more than 16 KiB"), "{error}");
    let error = refused("yes").await;
    assert!(error.contains("more than 16 KiB"), "{error}");
}

/// The marker would appear if the program lived on.
#[tokio::test]
async fn a_program_that_takes_too_long_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("late");
    for start in ["", "exec 1>&-; ", r#"echo '{"headers":{}}'; "#] {
        let mut signer = shell(&format!("{start}sleep 0.6; touch '{}'", marker.display()));
        signer.time_limit = Duration::from_millis(150);
        let error = sign(&signer, None).await.unwrap_err();
        assert!(error.contains("time limit"), "{error}");
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(!marker.exists());
    assert_eq!(shell("true").time_limit, Duration::from_secs(10));
}

#[tokio::test]
async fn a_signature_that_nobody_waits_for_kills_its_program() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("late");
    let signer = shell(&format!("sleep 0.6; touch '{}'", marker.display()));
    let waited = tokio::time::timeout(Duration::from_millis(150), sign(&signer, None)).await;
    assert!(waited.is_err());
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(!marker.exists());
}
