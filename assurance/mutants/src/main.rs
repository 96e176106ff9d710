//! Prints where the expressions of Rust files stand, as `mutants.py` wants to know it: one a line, the kind, then
//! the bytes where it begins and ends, then what the kind adds.

use std::{env, fs};

use proc_macro2::Span;
use syn::{
    Arm, Attribute, Expr, ExprBinary, ExprIf, ExprRepeat, ExprStruct, ExprUnary, GenericArgument,
    ImplItemConst, ImplItemFn, ItemConst, ItemFn, ItemImpl, ItemMod, ItemStatic, ItemTrait, Meta,
    Stmt, TraitItemFn, Type,
    spanned::Spanned,
    visit::{self, Visit},
};

/// The type or trait around, for the names of functions.
#[derive(Default)]
struct Printer {
    owner: String,
}

fn print(kind: &str, whole: Span, more: &[Span]) {
    let ranges: Vec<String> = [whole]
        .iter()
        .chain(more)
        .map(|span| span.byte_range())
        .map(|range| format!("{}\t{}", range.start, range.end))
        .collect();
    println!("{kind}\t{}", ranges.join("\t"));
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition.contains("test") && !condition.contains("not (test")
        }
        meta => meta.path().is_ident("test"),
    })
}

/// Whether a condition binds names, which it does in its place alone.
fn binds(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => binds(&both.left) || binds(&both.right),
        _ => false,
    }
}

impl Printer {
    fn function(&self, whole: Span, name: &syn::Ident) {
        let range = whole.byte_range();
        let (owner, colons) = (&self.owner, if self.owner.is_empty() { "" } else { "::" });
        println!(
            "function\t{}\t{}\t{owner}{colons}{name}",
            range.start, range.end
        );
    }

    fn within(&mut self, owner: String, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.owner, owner);
        visit(self);
        self.owner = outer;
    }
}

impl<'a> Visit<'a> for Printer {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'a ItemImpl) {
        let owner = match &*item.self_ty {
            Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
            _ => String::new(),
        };
        if !is_test(&item.attrs) {
            self.within(owner, |inner| visit::visit_item_impl(inner, item));
        }
    }

    fn visit_item_trait(&mut self, item: &'a ItemTrait) {
        self.within(item.ident.to_string(), |inner| {
            visit::visit_item_trait(inner, item)
        });
    }

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        if !is_test(&item.attrs) {
            self.function(item.span(), &item.sig.ident);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        if !is_test(&item.attrs) {
            self.function(item.span(), &item.sig.ident);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'a TraitItemFn) {
        self.function(item.span(), &item.sig.ident);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'a ItemConst) {
        print("constant", item.span(), &[]);
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'a ImplItemConst) {
        print("constant", item.span(), &[]);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'a ItemStatic) {
        print("constant", item.span(), &[]);
        visit::visit_item_static(self, item);
    }

    // What a type says is no expression of a function.
    fn visit_type(&mut self, _: &'a Type) {}

    fn visit_generic_argument(&mut self, argument: &'a GenericArgument) {
        if let GenericArgument::Const(value) = argument {
            print("constant", value.span(), &[]);
        }
        visit::visit_generic_argument(self, argument);
    }

    fn visit_expr_repeat(&mut self, repeat: &'a ExprRepeat) {
        print("constant", repeat.len.span(), &[]);
        visit::visit_expr_repeat(self, repeat);
    }

    fn visit_expr_binary(&mut self, binary: &'a ExprBinary) {
        if !binds(&binary.left) && !binds(&binary.right) {
            print("binary", binary.span(), &[binary.op.span()]);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'a ExprUnary) {
        print("unary", unary.span(), &[unary.op.span()]);
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_struct(&mut self, literal: &'a ExprStruct) {
        print("struct", literal.span(), &[]);
        visit::visit_expr_struct(self, literal);
    }

    fn visit_arm(&mut self, arm: &'a Arm) {
        let guard: Vec<Span> = arm.guard.iter().map(|(_, guard)| guard.span()).collect();
        print("arm", arm.pat.span(), &guard);
        visit::visit_arm(self, arm);
    }

    // Conditions that are no comparison, whose operators are mutated.
    fn visit_expr_if(&mut self, branch: &'a ExprIf) {
        if !matches!(&*branch.cond, Expr::Binary(_) | Expr::Let(_)) {
            print("condition", branch.cond.span(), &[]);
        }
        visit::visit_expr_if(self, branch);
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Expr(
            Expr::Try(_) | Expr::MethodCall(_) | Expr::Call(_) | Expr::Assign(_),
            Some(_),
        ) = statement
        {
            print("statement", statement.span(), &[]);
        }
        visit::visit_stmt(self, statement);
    }
}

fn main() {
    for path in env::args().skip(1) {
        println!("file\t{path}");
        let text = fs::read_to_string(&path).expect("a file to read");
        Printer::default().visit_file(&syn::parse_file(&text).expect("a file of Rust"));
    }
}
