//! The command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{Parser, ValueEnum, builder::PossibleValuesParser};
use veritok::{Endpoint, Flow, Profile, algorithm};

const AFTER_HELP: &str = "\
Exit status: 0 the token is accepted, 1 it is refused, 2 misuse (bad arguments, unreadable file,
no usable key, impossible policy); with --jsonl 0 at the end of the input, whatever the verdicts.

Example: the ID Token of OpenID Connect Core 1.0, appendix A.3, with its published key:
  verify --jwks examples/verify/data/a3-jwks.json --flow id_token \\
    --issuer https://server.example.com --audience s6BhdRkqt3 --nonce n-0S6_WzA2Mj \\
    --now 1311281000 --file examples/verify/data/a3.jwt";

/// Verify a signed token: JWS, JWT, OpenID Connect ID Token or Logout Token, access token.
///
/// Prints each check with its state and the section that asks for it, then the claims. Claims are
/// shown only of a token that is accepted; of one that is refused after its signature was proven,
/// the values that failed.
#[derive(Parser)]
#[command(name = "verify", after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The token; `-` or nothing: from standard input, where one trailing line ending is dropped.
    pub(crate) token: Option<OsString>,
    /// File that holds the token; one trailing line ending is dropped.
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    pub(crate) file: Option<PathBuf>,

    /// File with a JWK Set, whose keys are taken by `kid`, or with a single JWK, which is pinned:
    /// it answers to any `kid`.
    #[arg(long, value_name = "FILE", help_heading = "Keys")]
    pub(crate) jwks: Option<PathBuf>,
    /// Client secret for HS256, HS384 and HS512, at least 32 bytes; it answers to any `kid`. Other
    /// users of the machine can see it in the list of processes.
    #[arg(long, help_heading = "Keys")]
    pub(crate) secret: Option<String>,
    /// An algorithm to allow; may be repeated. Default: all that fit the kinds of the keys, HMAC
    /// only with --secret. `none` is never allowed.
    #[arg(
        long,
        value_name = "ALG",
        help_heading = "Keys",
        value_parser = PossibleValuesParser::new(algorithm::ALL.iter().map(|known| known.id().name()))
    )]
    pub(crate) alg: Vec<String>,

    /// Kind of token.
    #[arg(
        long,
        value_enum,
        default_value = "id_token",
        help_heading = "Kind of token"
    )]
    pub(crate) profile: Kind,
    /// Flow of an ID Token, by its `response_type` [default: code].
    #[arg(long, value_enum, help_heading = "Kind of token")]
    pub(crate) flow: Option<FlowArg>,
    /// Endpoint that returned an ID Token [default: token for the flows `code` and `code token`,
    /// else authorization].
    #[arg(long, value_enum, help_heading = "Kind of token")]
    pub(crate) endpoint: Option<EndpointArg>,
    /// The `typ` that the header must have, in place of what the profile takes.
    #[arg(long, help_heading = "Kind of token")]
    pub(crate) typ: Option<String>,

    /// The issuer, byte for byte.
    #[arg(long, value_name = "URL", help_heading = "Expectations")]
    pub(crate) issuer: Option<String>,
    /// The client id, or the resource that an access token is for.
    #[arg(long, value_name = "ID", help_heading = "Expectations")]
    pub(crate) audience: Option<String>,
    /// An audience that an ID Token may name beside the client; may be repeated.
    #[arg(long, value_name = "ID", help_heading = "Expectations")]
    pub(crate) trusted_audience: Vec<String>,
    /// The nonce of the request.
    #[arg(long, help_heading = "Expectations")]
    pub(crate) nonce: Option<String>,
    /// Most seconds since the user was authenticated; makes `auth_time` required.
    #[arg(long, value_name = "SECONDS", help_heading = "Expectations")]
    pub(crate) max_age: Option<u32>,
    /// An `acr` value that was asked for; may be repeated.
    #[arg(long, help_heading = "Expectations")]
    pub(crate) acr: Vec<String>,
    /// The access token that came along, for `at_hash`.
    #[arg(long, value_name = "TOKEN", help_heading = "Expectations")]
    pub(crate) access_token: Option<String>,
    /// The authorization code that came along, for `c_hash`.
    #[arg(long, help_heading = "Expectations")]
    pub(crate) code: Option<String>,
    /// The state of the response, for `s_hash`.
    #[arg(long, help_heading = "Expectations")]
    pub(crate) state: Option<String>,
    /// A claim that must be present and not null; may be repeated.
    #[arg(long, value_name = "CLAIM", help_heading = "Expectations")]
    pub(crate) require: Vec<String>,

    /// The time, in seconds since 1970 [default: the system clock].
    #[arg(
        long,
        value_name = "SECONDS",
        help_heading = "Time",
        allow_negative_numbers = true
    )]
    pub(crate) now: Option<i64>,
    /// Difference of the clocks to forgive, at most 600 seconds.
    #[arg(
        long,
        value_name = "SECONDS",
        help_heading = "Time",
        default_value_t = 0
    )]
    pub(crate) leeway: u32,

    /// Print one JSON object in place of the table.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Read one case a line from standard input and write one verdict a line, in the same order;
    /// takes no other argument. A case is
    /// `{"id", "token", "jwks", "policy": {"mode", "algs", "now", "leeway", ...}}`.
    #[arg(long, help_heading = "Output", exclusive = true)]
    pub(crate) jsonl: bool,
    /// When to colour the table; `auto`: on a terminal, unless `NO_COLOR` is set.
    #[arg(
        long,
        value_enum,
        help_heading = "Output",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(crate) color: Color,
}

impl Args {
    /// Whether the arguments fit each other. Those that the profile would never look at are
    /// refused: whoever passed them counts on them.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.jwks.is_none() && self.secret.is_none() {
            return Err("no key: pass --jwks or --secret (see --help)".to_owned());
        }
        let of_id_token = [
            (self.flow.is_some(), "--flow"),
            (self.endpoint.is_some(), "--endpoint"),
            (!self.trusted_audience.is_empty(), "--trusted-audience"),
        ];
        let of_claims = [
            (self.issuer.is_some(), "--issuer"),
            (self.audience.is_some(), "--audience"),
            (self.nonce.is_some(), "--nonce"),
            (self.max_age.is_some(), "--max-age"),
            (!self.acr.is_empty(), "--acr"),
            (self.access_token.is_some(), "--access-token"),
            (self.code.is_some(), "--code"),
            (self.state.is_some(), "--state"),
            (!self.require.is_empty(), "--require"),
        ];
        let (of_id_token, of_claims): (&[_], &[_]) = match self.profile {
            Kind::IdToken => (&[], &[]),
            Kind::LogoutToken => (of_id_token.get(..2).unwrap_or_default(), &[]),
            Kind::Jwt | Kind::AtJwt => (&of_id_token, &[]),
            Kind::Jws => (&of_id_token, &of_claims),
        };
        let mut unused = of_id_token.iter().chain(of_claims);
        match unused.find(|(is_set, _)| *is_set) {
            Some((_, option)) => Err(format!(
                "{option} means nothing for the profile {}",
                self.profile.name()
            )),
            None => Ok(()),
        }
    }

    /// The flow and the endpoint of an ID Token.
    pub(crate) fn flow_and_endpoint(&self) -> (Flow, Endpoint) {
        let flow = self.flow.map_or(Flow::Code, FlowArg::flow);
        let endpoint = match (self.endpoint, flow) {
            (Some(EndpointArg::Authorization), _) => Endpoint::Authorization,
            (Some(EndpointArg::Token), _) | (None, Flow::Code | Flow::CodeToken) => Endpoint::Token,
            (None, _) => Endpoint::Authorization,
        };
        (flow, endpoint)
    }
}

/// The profiles by the names of the line protocol.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Plain JWS: the signature alone.
    Jws,
    /// Plain JWT (RFC 7519).
    Jwt,
    /// ID Token (OpenID Connect Core).
    IdToken,
    /// Logout Token (OpenID Connect Back-Channel Logout).
    LogoutToken,
    /// JWT access token (RFC 9068).
    AtJwt,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jws => "jws",
            Self::Jwt => "jwt",
            Self::IdToken => "id_token",
            Self::LogoutToken => "logout_token",
            Self::AtJwt => "at_jwt",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::value_variants().iter().copied();
        all.find(|kind| kind.name() == name)
    }

    pub(crate) const fn profile(self, flow: Flow, endpoint: Endpoint) -> Profile {
        match self {
            Self::Jws => Profile::Jws,
            Self::Jwt => Profile::Jwt,
            Self::IdToken => Profile::IdToken { flow, endpoint },
            Self::LogoutToken => Profile::LogoutToken,
            Self::AtJwt => Profile::AccessToken,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FlowArg {
    #[value(name = "code")]
    Code,
    #[value(name = "id_token")]
    IdToken,
    #[value(name = "id_token token")]
    IdTokenToken,
    #[value(name = "code id_token")]
    CodeIdToken,
    #[value(name = "code token")]
    CodeToken,
    #[value(name = "code id_token token")]
    CodeIdTokenToken,
}

impl FlowArg {
    const fn flow(self) -> Flow {
        match self {
            Self::Code => Flow::Code,
            Self::IdToken => Flow::IdToken,
            Self::IdTokenToken => Flow::IdTokenToken,
            Self::CodeIdToken => Flow::CodeIdToken,
            Self::CodeToken => Flow::CodeToken,
            Self::CodeIdTokenToken => Flow::CodeIdTokenToken,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum EndpointArg {
    Authorization,
    Token,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
