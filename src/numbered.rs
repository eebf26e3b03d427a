//! Enums with a number and a name for each variant, in one list: a new variant is one line.

/// Makes an enum, the list of its variants, and the methods for name and number. The first lines
/// have the comments and the visibility of each.
macro_rules! numbered {
    (
        $(#[$of_enum:meta])* pub enum $type:ident;
        $(#[$of_all:meta])* $visible:vis const ALL;
        $(#[$of_name:meta])* pub fn name;
        $(#[$of_number:meta])* $reachable:vis fn $number:ident -> $size:ty;

        $($(#[$doc:meta])* $variant:ident = $value:expr, $text:literal;)*
    ) => {
        $(#[$of_enum])*
        pub enum $type {
            $($(#[$doc])* $variant = $value,)*
        }

        impl $type {
            $(#[$of_all])*
            $visible const ALL: &'static [Self] = &[$(Self::$variant,)*];

            $(#[$of_name])*
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            $(#[$of_number])*
            $reachable const fn $number(self) -> $size {
                self as $size
            }
        }
    };
}

pub(crate) use numbered;
