//! Many tasks at once, on as many threads as the test's runtime has.

/// Spawns all of them; what each returned, in their order.
pub(crate) async fn at_once<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(running.len());
    for task in running {
        done.push(task.await.unwrap());
    }
    done
}
