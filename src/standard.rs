//! The standard claims of OpenID Connect (Core §5.1) and the scopes that ask for them (§5.4): one
//! table, from which come the accessors of [`Claims`](crate::Claims), the mapping here, and the
//! page `docs/claims.md`.

/// Hands the table to a macro: how the claim is read, accessor, claim, scope, meaning.
macro_rules! standard_claims {
    ($macro:ident) => {
        $macro! {
            string subject "sub" OpenId "Whom the claims are about";
            string name "name" Profile "Full name";
            string given_name "given_name" Profile "Given names";
            string family_name "family_name" Profile "Surnames";
            string middle_name "middle_name" Profile "Middle names";
            string nickname "nickname" Profile "Casual name";
            string preferred_username "preferred_username" Profile "Name by which the user wishes to be called; not unique";
            string profile "profile" Profile "URL of the profile page";
            string picture "picture" Profile "URL of a picture";
            string website "website" Profile "URL of the web site";
            string email "email" Email "E-mail address";
            boolean email_verified "email_verified" Email "Whether the provider has verified the e-mail address";
            string gender "gender" Profile "Gender";
            string birthdate "birthdate" Profile "Birthday, `YYYY-MM-DD` or `YYYY`";
            string zoneinfo "zoneinfo" Profile "Time zone";
            string locale "locale" Profile "Language and region";
            string phone_number "phone_number" Phone "Telephone number";
            boolean phone_number_verified "phone_number_verified" Phone "Whether the provider has verified the telephone number";
            object address "address" Address "Postal address (OpenID Connect Core §5.1.1): `formatted`, `street_address`, `locality`, `region`, `postal_code`, `country`";
            date updated_at "updated_at" Profile "When the user's data were last updated";
        }
    };
}
pub(crate) use standard_claims;

/// A scope of OpenID Connect (Core §3.1.2.1, §5.4, §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `openid`: makes a request one of OpenID Connect.
    OpenId,
    /// `profile`.
    Profile,
    /// `email`.
    Email,
    /// `address`.
    Address,
    /// `phone`.
    Phone,
    /// `offline_access`: a refresh token; asks for no claim.
    OfflineAccess,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::OpenId,
        Self::Profile,
        Self::Email,
        Self::Address,
        Self::Phone,
        Self::OfflineAccess,
    ];

    /// The value in a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The claims that it asks for.
    pub fn claims(self) -> impl Iterator<Item = &'static StandardClaim> {
        STANDARD_CLAIMS
            .iter()
            .filter(move |claim| claim.scope == self)
    }
}

/// How a standard claim is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimType {
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// Seconds since 1970.
    Date,
    /// An object.
    Object,
}

/// A standard claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardClaim {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub claim_type: ClaimType,
    /// The scope that asks for it.
    pub scope: Scope,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! claim_type {
    (string) => {
        ClaimType::String
    };
    (boolean) => {
        ClaimType::Boolean
    };
    (date) => {
        ClaimType::Date
    };
    (object) => {
        ClaimType::Object
    };
}

macro_rules! table {
    ($($kind:ident $method:ident $name:literal $scope:ident $meaning:literal;)*) => {
        /// Every standard claim, in the order of the specification.
        pub const STANDARD_CLAIMS: &[StandardClaim] = &[$(StandardClaim {
            name: $name,
            claim_type: claim_type!($kind),
            scope: Scope::$scope,
            meaning: $meaning,
        },)*];
    };
}

standard_claims!(table);
