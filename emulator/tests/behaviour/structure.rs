//! The modules stand above one another: none of them needs, by whatever way, a module that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Graph = BTreeMap<String, BTreeSet<String>>;

/// For each module of `src`, its folder or file being one, the modules that it names.
fn modules(src: &Path) -> Graph {
    let mut graph = Graph::new();
    for entry in std::fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name != "lib" && name != "main" {
            collect(&path, graph.entry(name).or_default());
        }
    }
    let names: BTreeSet<String> = graph.keys().cloned().collect();
    for (name, needs) in &mut graph {
        needs.retain(|needed| names.contains(needed) && needed != name);
    }
    graph
}

fn collect(path: &Path, needs: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), needs);
        }
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    for after in text.split("crate::").skip(1) {
        // `use crate::{a, b::c}` names several.
        let list = after.strip_prefix('{').and_then(|list| list.split("};").next());
        for item in list.unwrap_or(after).split(',').take(if list.is_some() { usize::MAX } else { 1 }) {
            let name = item.trim().split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
            needs.insert(match name.unwrap_or_default() {
                "Options" => "cli".into(),
                "Hello" => "hello".into(),
                "Emulator" => "server".into(),
                name => name.into(),
            });
        }
    }
}

/// What is left when modules that need nothing more are taken away, over and over.
fn circles(mut graph: Graph) -> Graph {
    while let Some(leaf) = graph.iter().find(|(_, needs)| needs.is_empty()).map(|(name, _)| name.clone()) {
        graph.remove(&leaf);
        for needs in graph.values_mut() {
            needs.remove(&leaf);
        }
    }
    graph
}

#[test]
fn the_modules_do_not_go_in_circles() {
    let graph = modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(graph["admin"].contains("reply") && graph["server"].contains("admin"), "{graph:?}");
    assert_eq!(circles(graph), Graph::new());
}
