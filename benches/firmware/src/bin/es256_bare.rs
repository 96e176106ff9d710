#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::{Family, words_of_point}};

image!(bare, ES256, "ES256", "p256", words_of_point(Family::P256), |store, id| {
    store.add_point(Family::P256, bytes!("p256.x"), bytes!("p256.y"), id)
});
