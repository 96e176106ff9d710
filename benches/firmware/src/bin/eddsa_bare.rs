#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::WORDS_OF_ED25519};

image!(bare, EDDSA, "EdDSA", "ed25519", WORDS_OF_ED25519, |store, id| {
    store.add_ed25519(bytes!("ed25519.x"), id)
});
