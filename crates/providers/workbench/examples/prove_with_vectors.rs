//! Every built-in profile against its vectors: requests as its provider's documentation writes them, and
//! what answers mean. No network.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_generic::Profile;
use refundkit_workbench::vectors::Vectors;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for name in Profile::builtins() {
        let profile = Profile::builtin(name)?;
        let text = Profile::builtin_vectors(name).unwrap_or_default();
        let vectors = Vectors::parse(text).map_err(|mistake| mistake.problem)?;
        let differences = vectors.run(&profile);
        println!(
            "{name}: {} vectors, {} differ",
            vectors.len(),
            differences.len()
        );
        for difference in differences {
            println!("  {difference}");
        }
    }
    Ok(())
}
