#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::words_of_rsa};

image!(bare, RS256, "RS256", "rsa2048", words_of_rsa(2048), |store, id| {
    store.add_rsa(bytes!("rsa2048.n"), bytes!("rsa2048.e"), id)
});
