//! `shapes FILE...`: prints the positions of the expressions that a mutant changes, for
//! `tools/checks/mutants`.
//!
//! One line for each, with fields separated by tabs: the file, the kind, and positions as
//! `line:column`, from 1 and in characters. A mutant of cargo-mutants has the position of its
//! operator; this tool adds the positions of the operands.
//!
//! | kind | places |
//! | --- | --- |
//! | `binary` | the operator; start and end of the left side; start and end of the right side |
//! | `unary` | the operator; the start, the start of the operand, the end |
//! | `arm` | the arm; the end of its pattern; start and end of its guard, or nothing |

use std::fmt::Write as _;

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

struct Shapes {
    file: String,
    lines: String,
}

impl Shapes {
    fn line(&mut self, kind: &str, places: &[LineColumn]) {
        let _ = write!(self.lines, "{}\t{kind}", self.file);
        for place in places {
            let _ = write!(self.lines, "\t{}:{}", place.line, place.column + 1);
        }
        self.lines.push('\n');
    }
}

/// True if a chain of `&&` contains a `let`, which is allowed only directly in a condition.
fn has_let(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Shapes {
    fn visit_expr_binary(&mut self, it: &'ast syn::ExprBinary) {
        if !has_let(&it.left) && !has_let(&it.right) {
            let (left, right) = (it.left.span(), it.right.span());
            self.line(
                "binary",
                &[it.op.span().start(), left.start(), left.end(), right.start(), right.end()],
            );
        }
        visit::visit_expr_binary(self, it);
    }

    fn visit_expr_unary(&mut self, it: &'ast syn::ExprUnary) {
        let operand = it.expr.span();
        let operator = it.op.span().start();
        self.line("unary", &[operator, operator, operand.start(), operand.end()]);
        visit::visit_expr_unary(self, it);
    }

    fn visit_arm(&mut self, it: &'ast syn::Arm) {
        let pattern = it.pat.span();
        let guard = it.guard.as_ref().map(|(_, guard)| guard.span());
        match guard {
            Some(guard) => {
                self.line("arm", &[pattern.start(), pattern.end(), guard.start(), guard.end()])
            }
            None => self.line("arm", &[pattern.start(), pattern.end()]),
        }
        visit::visit_arm(self, it);
    }
}

fn main() {
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).expect("a file of the sources");
        let tree = syn::parse_file(&text).expect("Rust");
        let mut shapes = Shapes { file, lines: String::new() };
        shapes.visit_file(&tree);
        print!("{}", shapes.lines);
    }
}
