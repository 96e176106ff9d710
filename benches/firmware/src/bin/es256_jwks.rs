//! The key comes as a JWK Set: what reading one adds to an image.
#![no_std]
#![no_main]

use veritok_measure::{bytes, image, veritok::{Family, words_of_point}};

image!(whole, ES256, "ES256", "p256", words_of_point(Family::P256), |store, _id| {
    store.import_jwks(bytes!("p256.jwks"), &mut |_, _| {}).map(|_imported| ())
});
