use crate::{
    atomic::{Atomic, watermark},
    sys,
};
pub(in crate::wait) struct Entry;

#[cfg(test)]
#[expect(unused)]
mod tests {
    use super::super::watermark;
    use crate::watermark::Watermark;
    mod deeper {}
}
