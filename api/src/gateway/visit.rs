//! Opening and renewing visits, and reading what a visit's token says.

use domain::{
    id::{SiteName, VisitId},
    time::Timestamp,
};

use super::{Gateway, Visitor, seal_error};
use crate::{
    door::{DoorCode, DoorError, Pass, Visit, VisitAsk},
    limits::fresh_id,
    reasons,
    secrets::{TokenError, VISIT_LIFE, VisitClaims},
};

fn unauthenticated(message: impl Into<String>) -> DoorError {
    DoorError::new(DoorCode::Unauthenticated, message)
}

impl Gateway {
    pub(super) async fn open_visit(&self, ask: VisitAsk) -> Result<Visit, DoorError> {
        let site = SiteName::parse(&ask.site).ok().filter(|site| *site == self.inside.ports.site);
        let site = site.ok_or_else(|| {
            DoorError::new(
                DoorCode::NotFound,
                "there is no such site here; correct the name in the page's script tag",
            )
        })?;
        let now = self.inside.now();
        let earlier = self.earlier(ask.token.as_deref(), &site, now)?;
        let claims = match ask.identity {
            Some(identity) => self.identified(&identity, earlier, site, now).await?,
            None => match earlier {
                Some(earlier) => earlier,
                None => self.anonymous(site).await?,
            },
        };
        let expires_at = now + VISIT_LIFE;
        let claims = VisitClaims { exp: expires_at.0.div_euclid(1_000_000), ..claims };
        Ok(Visit {
            visit: claims.visit.0,
            token: self.signer.sign(&claims),
            expires_at: Timestamp::from_secs(claims.exp).into(),
        })
    }

    /// The visit that goes on. One that has expired or whose person was erased does not: a fresh one begins.
    fn earlier(
        &self,
        token: Option<&str>,
        site: &SiteName,
        now: Timestamp,
    ) -> Result<Option<VisitClaims>, DoorError> {
        let Some(token) = token else { return Ok(None) };
        let claims: VisitClaims = self.signer.read(token).map_err(|_| {
            unauthenticated("the token of the earlier visit was not signed here or was altered; open a visit without it")
        })?;
        match claims.check(site, now) {
            Ok(()) if self.is_erased(&claims) => Ok(None),
            Ok(()) => Ok(Some(claims)),
            Err(TokenError::Expired) => Ok(None),
            Err(error) => Err(unauthenticated(error.to_string())),
        }
    }

    async fn anonymous(&self, site: SiteName) -> Result<VisitClaims, DoorError> {
        let visit = VisitId(fresh_id());
        let subject = self
            .inside
            .ports
            .sealer
            .subject_of("visit", &visit.to_string())
            .await
            .map_err(seal_error)?;
        Ok(VisitClaims { visit, site, subject, identified: false, exp: 0 })
    }

    /// The company says who it is. The visit goes on unless it was somebody else's.
    async fn identified(
        &self,
        identity: &str,
        earlier: Option<VisitClaims>,
        site: SiteName,
        now: Timestamp,
    ) -> Result<VisitClaims, DoorError> {
        let company = self.company.as_ref().ok_or_else(|| {
            unauthenticated(
                "nobody can sign in here; set the company's public key, or send no identity",
            )
        })?;
        let external =
            company.read(identity, now).map_err(|error| unauthenticated(error.to_string()))?;
        let subject =
            self.inside.ports.sealer.subject_of("customer", &external).await.map_err(seal_error)?;
        let known =
            self.inside.ports.directory.read(|directory| directory.account_of(subject).is_some());
        if !known {
            return Err(DoorError::new(
                DoorCode::NotFound,
                "the company's system has not reported this customer's account yet; try again later, or go on without signing in",
            )
            .because(reasons::IDENTITY_UNKNOWN));
        }
        let visit = match earlier {
            Some(earlier) if !earlier.identified || earlier.subject == subject => earlier.visit,
            Some(_) | None => VisitId(fresh_id()),
        };
        Ok(VisitClaims { visit, site, subject, identified: true, exp: 0 })
    }

    fn is_erased(&self, claims: &VisitClaims) -> bool {
        self.inside.ports.directory.read(|directory| directory.is_erased(claims.subject))
    }

    /// Whom the token speaks for.
    pub(super) fn visitor(&self, pass: &Pass) -> Result<Visitor, DoorError> {
        let claims: VisitClaims =
            self.signer.read(&pass.token).map_err(|error| unauthenticated(error.to_string()))?;
        claims
            .check(&self.inside.ports.site, self.inside.now())
            .map_err(|error| unauthenticated(error.to_string()))?;
        if self.is_erased(&claims) {
            return Err(unauthenticated("this visitor's data was erased; open a new visit"));
        }
        let account = claims.identified.then(|| {
            self.inside.ports.directory.read(|directory| {
                directory.account_of(claims.subject).map(|account| account.account)
            })
        });
        Ok(Visitor {
            visit: claims.visit,
            subject: claims.subject,
            identified: claims.identified,
            account: account.flatten(),
            address: pass.address,
            expires_at: Timestamp::from_secs(claims.exp),
        })
    }

    /// As [`Gateway::visitor`], within the visit's rate.
    pub(super) fn admit(&self, pass: &Pass) -> Result<Visitor, DoorError> {
        let visitor = self.visitor(pass)?;
        self.visits.check(&visitor.visit).map_err(DoorError::rate_limited)?;
        Ok(visitor)
    }
}
