//! Listening, accepting, stopping.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::Clock;
use crate::connections::Connections;
use crate::delivery::{Line, Socket};
use crate::exchange::{self, Routes};
use crate::fault::{self, Rules};
use crate::floor::Floor;
use crate::hello::{Hello, Samples};
use crate::log::Log;
use crate::proxy::{self, Upstream};
use crate::shared::{Keys, Shared};
use crate::world::{ProjectSpec, World};
use crate::{Options, admin, api, files, reply, seed};

/// What a response under way is given to end by itself when the emulator stops.
const PATIENCE: Duration = Duration::from_millis(300);

/// An emulator that listens. Dropped, it stops at once.
pub struct Emulator {
    hello: Hello,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Emulator {
    /// Starts listening. `upstream_key` is the key for `--upstream`, unused without it.
    /// The error is a sentence for the person who started it.
    pub async fn start(options: &Options, upstream_key: &str) -> Result<Self, String> {
        if options.upstream.is_some() && !options.host.is_loopback() {
            return Err("--host: a proxy that holds your key listens on loopback only".into());
        }
        let upstream = match &options.upstream {
            Some(url) => Some(Upstream::new(url, upstream_key)?),
            None => None,
        };
        let rules = options.faults.as_deref().map(fault::read).transpose();
        let rules = rules.map_err(|problem| format!("--faults: {problem}"))?.unwrap_or_default();
        let bound = TcpListener::bind((options.host, options.port)).await;
        let listener = bound.map_err(|problem| {
            let hint = match problem.kind() {
                ErrorKind::AddrInUse => "; --port 0 takes a free one",
                _ => "",
            };
            format!("{}:{}: {problem}{hint}", options.host, options.port)
        })?;
        let address = listener.local_addr().map_err(|problem| problem.to_string())?;

        let shared = Arc::new(shared(options, upstream.as_ref(), address, rules)?);
        let public = match upstream {
            Some(upstream) => proxy::router(upstream, shared.hello.url.clone()),
            None => api::router(Arc::clone(&shared)),
        };
        let public = files::serve(public.fallback(reply::nothing_here), options);
        let routes = Routes { public, admin: admin::router(Arc::clone(&shared)) };
        let hello = shared.hello.clone();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, shared, routes, stopped));
        Ok(Self { hello, stop: Some(stop), task })
    }

    /// Where it is.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Stops listening, lets short responses end, and closes every connection.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let _ = (&mut self.task).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn shared(
    options: &Options,
    upstream: Option<&Upstream>,
    address: SocketAddr,
    rules: Vec<fault::Rule>,
) -> Result<Shared, String> {
    let url = format!("http://{}", reachable(address));
    let clock = Clock::new(options.now, options.speed);
    let world = World::new(options.seed, url.clone());
    let is_proxy = upstream.is_some();
    let (project_id, api_key) = if is_proxy {
        (None, None)
    } else {
        let key = options.api_key.clone().unwrap_or_else(|| seed::id("pgk_live_", options.seed));
        (Some(populate(&world, options, clock.now_ms())?), Some(key))
    };
    let key = upstream.map(|upstream| upstream.key().to_owned());
    Ok(Shared {
        hello: Hello {
            mode: if is_proxy { "proxy" } else { "emulator" },
            admin: format!("{url}/_emulator/"),
            page: options.www.as_ref().map(|_| format!("{url}/")),
            samples: (!is_proxy).then_some(Samples::ALL),
            seed: options.seed,
            project_id,
            api_key: api_key.clone(),
            url,
        },
        clock,
        world,
        rules: Rules::new(options.seed, rules),
        floor: Floor::new(options.floor),
        log: Arc::new(Log::new()),
        connections: Arc::new(Connections::default()),
        keys: RwLock::new(Keys { all_scopes: key.or(api_key).into_iter().collect(), ..Keys::default() }),
    })
}

/// The projects there are from the start; gives the first one's id.
fn populate(world: &World, options: &Options, now_ms: i64) -> Result<String, String> {
    let refused = |refusal| format!("{refusal:?}");
    let first = ProjectSpec {
        name: Some("Harbour Street 12, floor plans".into()),
        jobs: options.jobs,
        ..ProjectSpec::default()
    };
    let first = world.add_project(first, now_ms).map_err(refused)?;
    let second = ProjectSpec { name: Some("Library extension".into()), jobs: 4, ..ProjectSpec::default() };
    world.add_project(second, now_ms).map_err(refused)?;
    Ok(first)
}

/// An address that can be connected to where it listens on all of them.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
    };
    SocketAddr::new(ip, address.port())
}

async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    routes: Routes,
    mut stopped: oneshot::Receiver<()>,
) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, &shared, &routes, &graceful)); }
                // Out of file descriptors, say; trying again at once would only spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
    connections.shutdown().await;
}

fn connection(
    stream: TcpStream,
    shared: &Arc<Shared>,
    routes: &Routes,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    // Portions of a response are to arrive as they are sent.
    let _ = stream.set_nodelay(true);
    let open = shared.connections.open();
    let line = Arc::new(Line::new(open.number));
    let socket = TokioIo::new(Socket::new(stream, Arc::clone(&line)));
    let (shared, routes) = (Arc::clone(shared), routes.clone());
    let service = service_fn(move |request| {
        exchange::serve(Arc::clone(&shared), routes.clone(), Arc::clone(&line), request)
    });
    let served = http1::Builder::new()
        // A client may keep a connection idle for as long as it likes.
        .header_read_timeout(None)
        .auto_date_header(false)
        .serve_connection(socket, service);
    let served = graceful.watch(served);
    async move {
        // How it ended is in the log.
        let _ = served.await;
        drop(open);
    }
}
