//! Encryption without checking who the server is, as `prefer` and `require` mean: any certificate is
//! accepted.
//!
//! sqlx parses the certificate even then, and refuses one of version 1, as servers generate for themselves.
//! For such a server sqlx connects to a local socket in a folder that no other user may enter; a task
//! encrypts what goes on from there.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Explains a refused server certificate, if that is why the connection failed.
pub(super) fn refused_certificate(error: &sqlx::Error) -> Option<String> {
    let refused = match error {
        sqlx::Error::Io(io) => io.get_ref()?.downcast_ref::<rustls::Error>()?,
        sqlx::Error::Tls(tls) => tls.downcast_ref::<rustls::Error>()?,
        _ => return None,
    };
    match refused {
        rustls::Error::InvalidCertificate(reason) => {
            let said = format!("{reason:?}");
            let old = said.contains("UnsupportedCertVersion");
            let advice =
                if old { ": it is of version 1, and only one of version 3 can be verified" } else { "" };
            Some(format!("the certificate of the server is not accepted ({said}){advice}"))
        }
        _ => None,
    }
}

/// Whether the URL asks for encryption only, without a check of the server.
pub(super) fn takes_any_certificate(options: &PgConnectOptions) -> bool {
    matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Require)
}

/// Connects without looking at the certificate.
#[cfg(not(unix))]
pub(super) async fn connect(
    _: &PgConnectOptions,
    refused: sqlx::Error,
) -> Result<sqlx::PgConnection, sqlx::Error> {
    Err(refused)
}

#[cfg(unix)]
pub(super) use unix::connect;

#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn config() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(Anybody(provider));
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

#[cfg(unix)]
mod unix {
    use std::io::ErrorKind;
    use std::os::unix::fs::DirBuilderExt as _;
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rustls::pki_types::ServerName;
    use sqlx::ConnectOptions as _;
    use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
    use tokio::net::{TcpStream, UnixListener};
    use tokio::task::JoinHandle;
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;

    /// Asks the server to encrypt: the length of the message, and a number instead of a version.
    const REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

    /// Connects without a check of the certificate that sqlx `refused`.
    pub(in super::super) async fn connect(
        options: &PgConnectOptions,
        refused: sqlx::Error,
    ) -> Result<PgConnection, sqlx::Error> {
        if options.get_socket().is_some() {
            return Err(refused);
        }
        let stream = encrypted(options).await?;
        let folder = Folder::new()?;
        let listener = UnixListener::bind(folder.0.join(format!(".s.PGSQL.{}", options.get_port())))?;
        let carried = Carried(Some(tokio::spawn(carry(listener, stream))));
        let near = options.clone().socket(&folder.0).ssl_mode(PgSslMode::Disable);
        let connection = near.connect().await?;
        carried.goes_on();
        Ok(connection)
    }

    async fn encrypted(options: &PgConnectOptions) -> Result<TlsStream<TcpStream>, sqlx::Error> {
        let tls = |error: rustls::Error| sqlx::Error::Tls(error.into());
        let host = options.get_host();
        let mut tcp = TcpStream::connect((host, options.get_port())).await?;
        tcp.set_nodelay(true)?;
        tcp.write_all(&REQUEST).await?;
        if tcp.read_u8().await? != b'S' {
            return Err(sqlx::Error::Tls("the server does not encrypt".into()));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|error| sqlx::Error::Tls(error.into()))?;
        let connector = TlsConnector::from(Arc::new(super::config().map_err(tls)?));
        Ok(connector.connect(name, tcp).await?)
    }

    /// Accepts the one connection, and copies bytes both ways until either side ends.
    async fn carry(listener: UnixListener, mut far: TlsStream<TcpStream>) {
        if let Ok((mut near, _)) = listener.accept().await {
            drop(listener);
            drop(copy_bidirectional(&mut near, &mut far).await);
        }
    }

    /// A carrying task. It is aborted when the connection is given up before it stands.
    struct Carried(Option<JoinHandle<()>>);

    impl Carried {
        fn goes_on(mut self) {
            self.0 = None;
        }
    }

    impl Drop for Carried {
        fn drop(&mut self) {
            if let Some(task) = self.0.take() {
                task.abort();
            }
        }
    }

    /// A private folder, which is removed once the connection is made.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Result<Self, sqlx::Error> {
            static NEXT: AtomicU64 = AtomicU64::new(0);
            loop {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                let name = format!("earnest-{}-{number}", std::process::id());
                let folder = std::env::temp_dir().join(name);
                match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
                    Ok(()) => return Ok(Self(folder)),
                    // a folder left by a process of the same number, or of another user
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}
