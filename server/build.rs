//! Makes the folders of the built front ends, empty if they are not built, so that a plain `cargo build` works.

fn main() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    for site in ["edge", "desk", "mirror", "demo"] {
        let folder = dist.join(site);
        std::fs::create_dir_all(&folder)
            .unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
    }
    println!("cargo:rerun-if-changed=../web/dist");
}
