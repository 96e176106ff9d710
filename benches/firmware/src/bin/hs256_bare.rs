#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::words_of_secret};

image!(bare, HS256, "HS256", "hs256", words_of_secret(32), |store, id| {
    store.add_secret(bytes!("hs256.k"), id)
});
