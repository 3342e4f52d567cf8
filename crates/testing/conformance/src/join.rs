//! Many futures at once, without a runtime.

/// Polls all of them in turn until each is done.
pub(crate) async fn join_all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures
        .into_iter()
        .map(|future| (Box::pin(future), None))
        .collect();
    std::future::poll_fn(move |context| {
        let mut open = false;
        for (future, done) in &mut waiting {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(waiting.drain(..).filter_map(|(_, done)| done).collect())
    })
    .await
}
