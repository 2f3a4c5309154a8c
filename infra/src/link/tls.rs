//! Who may speak over the link: certificates of one authority, each with a name and a purpose of its own.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    client::{Resumption, verify_server_name},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    server::{
        ParsedCertificate, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    version::TLS13,
};

use super::{LinkError, PROTOCOL};
use crate::blocking::blocking;

/// PEM files: this side's certificate and key, and the authority that signs for both sides. They are read again for
/// every connection, so that renewing a certificate takes no restart.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub authority: PathBuf,
}

/// On what terms the two sides accept each other.
#[derive(Clone, Debug)]
pub struct Terms {
    pub files: TlsFiles,
    /// The name that the other side's certificate must carry.
    pub peer: String,
    /// What crosses the link, with its version: both sides must say the same.
    pub carries: String,
}

/// What the files hold.
struct Held {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    authority: RootCertStore,
    provider: Arc<CryptoProvider>,
}

impl Terms {
    /// The other side's name, as a certificate carries it.
    pub(super) fn peer(&self) -> Result<ServerName<'static>, LinkError> {
        let not = |_| LinkError::NotAName { name: self.peer.clone() };
        ServerName::try_from(self.peer.clone()).map_err(not)
    }

    /// As TLS negotiates it.
    fn protocol(&self) -> Vec<u8> {
        format!("{PROTOCOL} {}", self.carries).into_bytes()
    }

    /// Whether that is what was negotiated: TLS by itself lets a side say nothing.
    pub(super) fn agreed(&self, connection: &rustls::CommonState) -> Result<(), LinkError> {
        if connection.alpn_protocol() == Some(&self.protocol()) {
            Ok(())
        } else {
            Err(LinkError::OtherVersion)
        }
    }

    /// For the side that listens: who dials must have a client's certificate with the peer's name.
    pub(super) async fn listening(&self) -> Result<Arc<ServerConfig>, LinkError> {
        let Held { chain, key, authority, provider } = self.files.read().await?;
        let chains =
            WebPkiClientVerifier::builder_with_provider(Arc::new(authority), Arc::clone(&provider));
        let named = Named { chains: chains.build().map_err(unfit)?, peer: self.peer()? };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map_err(unfit)?
            .with_client_cert_verifier(Arc::new(named))
            .with_single_cert(chain, key)
            .map_err(unfit)?;
        config.alpn_protocols = vec![self.protocol()];
        // A resumed session would not look at certificates again.
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }

    /// For the side that dials. Chain, name and purpose of the other's certificate are checked by rustls itself.
    pub(super) async fn dialling(&self) -> Result<Arc<ClientConfig>, LinkError> {
        let Held { chain, key, authority, provider } = self.files.read().await?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map_err(unfit)?
            .with_root_certificates(authority)
            .with_client_auth_cert(chain, key)
            .map_err(unfit)?;
        config.alpn_protocols = vec![self.protocol()];
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }
}

impl TlsFiles {
    async fn read(&self) -> Result<Held, LinkError> {
        let files = self.clone();
        blocking(move || files.read_now()).await
    }

    fn read_now(&self) -> Result<Held, LinkError> {
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|source| LinkError::Unreadable { path: self.key.clone(), source })?;
        let mut authority = RootCertStore::empty();
        for certificate in certificates(&self.authority)? {
            authority.add(certificate).map_err(unfit)?;
        }
        Ok(Held {
            chain: certificates(&self.certificate)?,
            key,
            authority,
            provider: Arc::new(rustls::crypto::ring::default_provider()),
        })
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, LinkError> {
    let unreadable = |source| LinkError::Unreadable { path: path.clone(), source };
    let all = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let all = all.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    if all.is_empty() {
        return Err(LinkError::NoCertificate { path: path.clone() });
    }
    Ok(all)
}

fn unfit(error: impl std::error::Error + Send + Sync + 'static) -> LinkError {
    LinkError::Unfit(Box::new(error))
}

/// A client's certificate must chain to the authority, be meant for clients, and carry the expected name.
#[derive(Debug)]
struct Named {
    chains: Arc<dyn ClientCertVerifier>,
    peer: ServerName<'static>,
}

impl ClientCertVerifier for Named {
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self.chains.verify_client_cert(end_entity, intermediates, now)?;
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, &self.peer)?;
        Ok(verified)
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.chains.root_hint_subjects()
    }

    /// Never asked: the link speaks TLS 1.3 alone.
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}
