//! What many functions have in common: a text to write, a token to judge.

use veritok_core::{
    Client, ClientAuthentication, Error, Material, Refused, Report, Time, Trust, UnsecuredPermit,
};

#[cfg(feature = "jwe")]
use crate::decrypt::with_decryption;
use crate::{
    client::{vtok_client, vtok_client_auth, with_client},
    convert::{
        Extent, NOWHERE, Zeroed, begin, config, extent, optional_output, outcome, output,
        slice_mut, status,
    },
    keys::vtok_keys,
    report::vtok_report,
    response::vtok_error_response,
    verify::vtok_time,
};

/// Where a text goes.
pub(crate) struct Out {
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
}

impl Out {
    pub(crate) const fn new(buffer: *mut u8, capacity: usize, len: *mut usize) -> Self {
        Self {
            buffer,
            capacity,
            len,
        }
    }

    pub(crate) fn written(&self) -> [Extent; 2] {
        [
            (self.buffer.cast_const(), self.capacity),
            extent(self.len.cast_const()),
        ]
    }

    /// Has `write` fill the buffer, and notes the length that it returns.
    ///
    /// # Safety
    /// The buffer holds its capacity; both outputs are nobody else's meanwhile.
    pub(crate) unsafe fn fill(
        &self,
        extents: Result<(), Error>,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize, Refused>,
    ) -> i32 {
        let mut run = || {
            // SAFETY: the caller's promise; the outputs lie apart.
            let (len, buffer) = begin(extents, || unsafe {
                let len = output(self.len);
                Ok((len?, slice_mut(self.buffer, self.capacity)?))
            })?;
            *len = write(buffer)?;
            Ok(())
        };
        outcome(run())
    }
}

/// Writes something for a client that authenticates, and tells its length.
type WriteFor<'f> =
    dyn FnMut(&Client<'_>, &ClientAuthentication<'_>, &mut [u8]) -> Result<usize, Error> + 'f;

impl Out {
    /// Has `write` fill the buffer for a client; `read` are the texts that it reads.
    ///
    /// # Safety
    /// As [`Self::fill`]; client and authentication are NULL or hold what their sizes say.
    pub(crate) unsafe fn fill_for(
        &self,
        client: *const vtok_client,
        authentication: *const vtok_client_auth,
        read: &[Extent],
        write: &mut WriteFor<'_>,
    ) -> i32 {
        let written = self.written();
        // SAFETY: the caller's promise.
        unsafe {
            let apart = vtok_client::apart(client, &written, read)
                .and_then(|()| vtok_client_auth::apart(authentication, &written));
            self.fill(apart, &mut |buffer| {
                let authentication = vtok_client_auth::read(authentication)?;
                let mut len = 0;
                with_client(client, &mut |client| {
                    len = write(client, &authentication, buffer)?;
                    Ok(())
                })?;
                Ok(len)
            })
        }
    }
}

/// What proves tokens.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    Keys(*const vtok_keys),
    Unsecured,
}

/// What a verification of an exchange gets from C.
pub(crate) struct Judging {
    /// Whose decryption serves.
    pub(crate) client: *const vtok_client,
    pub(crate) proof: Proof,
    pub(crate) time: vtok_time,
    pub(crate) scratch: *mut u8,
    pub(crate) scratch_len: usize,
    /// NULL where the provider cannot answer with an error.
    pub(crate) denied: *mut vtok_error_response,
    pub(crate) report: *mut vtok_report,
}

/// The same, as the core takes it.
pub(crate) struct Tools<'a> {
    pub(crate) material: Material<'a>,
    pub(crate) scratch: &'static mut [u8],
    pub(crate) denied: Option<&'a mut vtok_error_response>,
    pub(crate) report: &'a mut Report,
}

impl Judging {
    /// By keys, where the provider cannot answer with an error.
    pub(crate) const fn by_keys(
        client: *const vtok_client,
        keys: *const vtok_keys,
        time: vtok_time,
        (scratch, scratch_len): (*mut u8, usize),
        report: *mut vtok_report,
    ) -> Self {
        Self {
            client,
            proof: Proof::Keys(keys),
            time,
            scratch,
            scratch_len,
            denied: core::ptr::null_mut(),
            report,
        }
    }

    pub(crate) fn written(&self) -> [Extent; 3] {
        [
            (self.scratch.cast_const(), self.scratch_len),
            extent(self.denied.cast_const()),
            extent(self.report.cast_const()),
        ]
    }

    /// Where the keys lie; nowhere if there are none, which [`Self::run`] refuses.
    ///
    /// # Safety
    /// The keys, if there are any, were made by `vtok_keys_init`.
    pub(crate) unsafe fn read(&self) -> Extent {
        match self.proof {
            // SAFETY: the caller's promise; `view` takes the set first.
            Proof::Keys(keys) if unsafe { vtok_keys::view(keys) }.is_ok() => unsafe {
                vtok_keys::extent(keys)
            },
            _ => NOWHERE,
        }
    }

    /// Completes what proves tokens with what decrypts them.
    ///
    /// # Safety
    /// The client is NULL or points to `size` bytes of a client whose decryption can be read.
    #[cfg(feature = "jwe")]
    unsafe fn with_material<T>(
        &self,
        material: Material<'_>,
        run: impl FnOnce(Material<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        // SAFETY: the caller's promise.
        let decryption = unsafe { config(self.client) }?.decryption;
        if decryption.is_null() {
            return run(material);
        }
        // SAFETY: the caller's promise.
        unsafe {
            with_decryption(config(decryption)?, |decryption| {
                run(material.decryption(decryption))
            })
        }
    }

    #[cfg(not(feature = "jwe"))]
    unsafe fn with_material<T>(
        &self,
        material: Material<'_>,
        run: impl FnOnce(Material<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        // SAFETY: the caller's promise.
        match unsafe { config(self.client) }?.decryption.is_null() {
            true => run(material),
            false => Err(Error::JwkUnsupported.into()),
        }
    }

    /// Has `judge` verify, and fills the outputs.
    ///
    /// # Safety
    /// As [`Self::read`]; the outputs hold what their types and lengths say, for the caller's
    /// lifetime, which C keeps.
    pub(crate) unsafe fn run<T: Zeroed>(
        &self,
        extents: Result<(), Error>,
        out: *mut T,
        judge: &mut dyn FnMut(Tools<'_>) -> Result<T, Refused>,
    ) -> i32 {
        if extents == Err(Error::Overlap) {
            return status(extents);
        }
        // SAFETY: the caller's promise; the outputs lie apart.
        let (out, denied, report) = unsafe {
            (
                output(out),
                optional_output(self.denied),
                optional_output(self.report),
            )
        };
        let mut found = Report::new();
        let run = || -> Result<(), Refused> {
            extents?;
            let (out, denied) = (out?, denied?);
            let trust = match self.proof {
                // SAFETY: the caller's promise.
                Proof::Keys(keys) => Trust::Keys(unsafe { vtok_keys::view(keys) }?),
                Proof::Unsecured => {
                    Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint())
                }
            };
            let time = Time::between(self.time.earliest, self.time.latest);
            // SAFETY: the caller's promise.
            let scratch = unsafe { slice_mut(self.scratch, self.scratch_len) }?;
            // SAFETY: the caller's promise.
            *out = unsafe {
                self.with_material(Material::new(trust, time), |material| {
                    judge(Tools {
                        material,
                        scratch,
                        denied,
                        report: &mut found,
                    })
                })
            }?;
            Ok(())
        };
        let result = run();
        match report {
            Ok(Some(report)) => report.conclude(&found, result),
            Ok(None) => {}
            Err(error) => return status(Err(error)),
        }
        outcome(result)
    }
}
