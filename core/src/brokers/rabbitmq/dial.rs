//! Connects to a server, encrypted or not.
//!
//! The client library's own encryption would bring another reader of key files, with ciphers that nobody
//! should use any more. Its connection may be anything that is read and written, so it is given one that this
//! library has encrypted as it encrypts all others.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_compat::Compat;
use async_rs::traits::{Executor, Reactor, RuntimeKit};
use async_rs::util::{DummyIO, Task};
use async_rs::{Runtime, Tokio};
use futures_util::Stream;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{AsyncTcpStream, Connection, ConnectionProperties};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::words::told;

/// How long a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// How often both sides say that they are there, in seconds.
const HEARTBEAT: u16 = 15;

/// Opens a connection. It is not opened again by itself: what was under way on it must be judged first.
pub(super) async fn connect(address: &Address) -> Result<Connection, String> {
    let uri = AMQPUri {
        scheme: AMQPScheme::AMQP,
        authority: AMQPAuthority {
            userinfo: AMQPUserInfo {
                username: address.user.to_string(),
                password: address.password.to_string(),
            },
            host: address.host.clone(),
            port: address.port,
        },
        vhost: address.vhost.clone(),
        query: AMQPQueryString { heartbeat: Some(HEARTBEAT), ..AMQPQueryString::default() },
    };
    let target = Arc::new(address.clone());
    let dial = async move |_: AMQPUri, _: Runtime<Kit>| -> lapin::Result<AsyncTcpStream<Cable>> {
        let target = target.clone();
        // on a thread of the client, which would wait for minutes after nobody does any more
        let dialled = timeout(CONNECT, dialled(&target)).await.map_err(io::Error::from)?;
        Ok(AsyncTcpStream::Plain(dialled?))
    };
    let properties = ConnectionProperties::default().with_connection_name("earnest".into());
    let opened = Connection::connector(uri, Runtime::new(Kit(Tokio::current())), dial, properties).await;
    opened.map_err(|error| told(&error))
}

async fn dialled(address: &Address) -> io::Result<Cable> {
    let host = address.host.trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, address.port)).await?;
    stream.set_nodelay(true)?;
    if !address.encrypted {
        let stream: Box<dyn Duplex> = Box::new(stream);
        return Ok(Compat::new(stream));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth();
    let stream: Box<dyn Duplex> = Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?);
    Ok(Compat::new(stream))
}

/// A connection, whatever it goes over.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

type Cable = Compat<Box<dyn Duplex>>;

/// The client library's runtime, with connections of ours.
#[derive(Clone, Debug)]
struct Kit(Tokio);

impl Executor for Kit {
    type Task<T: Send + 'static> = <Tokio as Executor>::Task<T>;

    fn block_on<T, F: Future<Output = T>>(&self, f: F) -> T {
        self.0.block_on(f)
    }

    fn spawn<T: Send + 'static, F: Future<Output = T> + Send + 'static>(&self, f: F) -> Task<Self::Task<T>> {
        self.0.spawn(f)
    }

    fn spawn_blocking<T: Send + 'static, F: FnOnce() -> T + Send + 'static>(
        &self,
        f: F,
    ) -> Task<Self::Task<T>> {
        self.0.spawn_blocking(f)
    }
}

impl Reactor for Kit {
    type TcpStream = Cable;
    type Sleep = <Tokio as Reactor>::Sleep;

    #[expect(refining_impl_trait, reason = "nobody registers anything here")]
    fn register<H: io::Read + io::Write + Send + 'static>(&self, _: H) -> io::Result<DummyIO> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sleep(&self, span: Duration) -> Self::Sleep {
        self.0.sleep(span)
    }

    fn interval(&self, span: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.0.interval(span)
    }

    #[expect(refining_impl_trait, reason = "connections come from `dialled`")]
    fn tcp_connect_addr(&self, _: std::net::SocketAddr) -> std::future::Ready<io::Result<Self::TcpStream>> {
        std::future::ready(Err(io::ErrorKind::Unsupported.into()))
    }
}

impl RuntimeKit for Kit {}
