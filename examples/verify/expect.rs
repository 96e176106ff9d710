//! What is expected of a token, owned long enough to lend it to a policy.

use veritok::{Algorithm, Endpoint, Expiration, Family, Flow, Leeway, Policy, Profile, algorithm};

use crate::{
    args::{Args, Kind},
    ring::Ring,
};

/// The expectations of the command line or of a case.
pub(crate) struct Expectations<'a> {
    pub(crate) kind: Kind,
    pub(crate) flow: Flow,
    pub(crate) endpoint: Endpoint,
    pub(crate) algorithms: Vec<Algorithm<'static>>,
    pub(crate) issuer: Option<&'a str>,
    pub(crate) audience: Option<&'a str>,
    pub(crate) trusted_audiences: Vec<&'a str>,
    pub(crate) typ: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) max_age: Option<u32>,
    pub(crate) acr_values: Option<Vec<&'a str>>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) require_at_hash: bool,
    pub(crate) require_c_hash: bool,
    pub(crate) expiration: Expiration,
    pub(crate) required_claims: Vec<&'a str>,
    pub(crate) leeway: u32,
}

type Setter<'p> = fn(Policy<'p>, &'p str) -> Policy<'p>;

impl<'a> Expectations<'a> {
    pub(crate) fn of_args(args: &'a Args, ring: &Ring) -> Self {
        let (flow, endpoint) = args.flow_and_endpoint();
        let all = |list: &'a [String]| list.iter().map(String::as_str).collect::<Vec<_>>();
        Self {
            kind: args.profile,
            flow,
            endpoint,
            algorithms: if args.alg.is_empty() {
                fitting(ring, args.secret.is_some())
            } else {
                named(args.alg.iter().map(String::as_str))
            },
            issuer: args.issuer.as_deref(),
            audience: args.audience.as_deref(),
            trusted_audiences: all(&args.trusted_audience),
            typ: args.typ.as_deref(),
            nonce: args.nonce.as_deref(),
            max_age: args.max_age,
            acr_values: (!args.acr.is_empty()).then(|| all(&args.acr)),
            access_token: args.access_token.as_deref(),
            code: args.code.as_deref(),
            state: args.state.as_deref(),
            require_at_hash: false,
            require_c_hash: false,
            expiration: Expiration::Required,
            required_claims: all(&args.require),
            leeway: args.leeway,
        }
    }

    pub(crate) const fn profile(&self) -> Profile {
        self.kind.profile(self.flow, self.endpoint)
    }

    /// The policy; what is not set stays as the profile has it.
    pub(crate) fn policy(&self) -> Policy<'_> {
        let mut policy = Policy::of_profile(self.profile(), &self.algorithms)
            .trusted_audiences(&self.trusted_audiences)
            .require_at_hash(self.require_at_hash)
            .require_c_hash(self.require_c_hash)
            .expiration(self.expiration)
            .required_claims(&self.required_claims)
            .leeway(Leeway::all(self.leeway));
        let texts: [(Option<&str>, Setter<'_>); 7] = [
            (self.issuer, Policy::issuer),
            (self.audience, Policy::audience),
            (self.typ, Policy::typ),
            (self.nonce, Policy::nonce),
            (self.access_token, Policy::access_token),
            (self.code, Policy::code),
            (self.state, Policy::state),
        ];
        for (text, set) in texts {
            policy = text.map_or(policy, |text| set(policy, text));
        }
        policy = self.max_age.map_or(policy, |age| policy.max_age(age));
        let acr = self.acr_values.as_deref();
        acr.map_or(policy, |values| policy.acr_values(values))
    }
}

/// The algorithms of these names; a name that is unknown allows nothing.
pub(crate) fn named<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Algorithm<'static>> {
    names
        .filter_map(|name| {
            algorithm::ALL
                .iter()
                .find(|known| known.id().name() == name)
        })
        .copied()
        .collect()
}

/// The algorithms that fit the families of the keys; HMAC only for a client secret, so that no
/// key set brings it in.
fn fitting(ring: &Ring, has_secret: bool) -> Vec<Algorithm<'static>> {
    let fits = |known: &&Algorithm<'_>| {
        let family = known.id().family();
        (family != Family::Hmac || has_secret)
            && ring.keys().iter().any(|key| key.family() == family)
    };
    algorithm::ALL.iter().filter(fits).copied().collect()
}
