//! Contracts with callers and readers: the header, the layout, the layers, and pages that name
//! tests.

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod attack_table;
mod challenges;
mod conformance_table;
mod contributing;
mod demo_vectors;
mod dependencies;
mod errors_page;
mod examples;
mod foreign_structures;
mod header;
mod layout;
mod needs;
mod not_built;
mod prose;
mod tools;
