#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::words_of_rsa};

image!(whole, RS256, "RS256-4096", "rsa4096", words_of_rsa(4096), |store, id| {
    store.add_rsa(bytes!("rsa4096.n"), bytes!("rsa4096.e"), id)
});
