//! One client of the router, and its connections to every server.

use std::collections::HashMap;
use std::io::Result;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::text::Class;
use super::wire::{self, Message, Opening};
use super::{Mode, Seen, home};

/// How long a server may be silent before another one answers what is not about rows.
const ANSWER: Duration = Duration::from_millis(500);

/// Where a statement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// To one server.
    At(usize),
    /// To every server, which answer the same.
    Everywhere,
    /// To every server, each of which has some of the rows.
    Across,
}

/// The transaction of a client. No server knows of it before the first statement with a place.
#[derive(Default)]
struct Transaction {
    open: bool,
    failed: bool,
    /// The statements that open it where it is to be: BEGIN, and what was set since.
    opening: Vec<String>,
    /// The servers where it is open.
    at: Vec<usize>,
    /// The server whose books it has changed.
    wrote: Option<usize>,
}

/// A connection to a server.
struct Server {
    stream: BufReader<TcpStream>,
    /// The statements prepared on it, by name, and which of that name.
    prepared: HashMap<String, u64>,
}

/// A statement that the client has prepared.
#[derive(Clone)]
struct Prepared {
    parse: Message,
    text: String,
    number: u64,
}

struct Line<'l> {
    addresses: &'l [String],
    /// The parameters that the client began with.
    start: Vec<u8>,
    /// The settings that it has made since, for a server that is there again.
    session: Vec<String>,
    /// None where a server is gone.
    servers: Vec<Option<Server>>,
    mode: Mode,
    seen: &'l Mutex<Seen>,
    prepared: HashMap<String, Prepared>,
    count: u64,
    /// Statements so far.
    turn: usize,
    transaction: Transaction,
}

/// Answers a client until it goes.
pub(super) async fn carry(
    client: TcpStream,
    addresses: &[String],
    mode: Mode,
    seen: &Mutex<Seen>,
) -> Result<()> {
    client.set_nodelay(true)?;
    let mut client = BufReader::new(client);
    let start = loop {
        match wire::opening(&mut client).await? {
            Opening::Encrypt => client.get_mut().write_all(b"N").await?,
            Opening::Cancel => return Ok(()),
            Opening::Start(start) => break start,
        }
    };
    let (mut servers, mut greeted) = (Vec::with_capacity(addresses.len()), false);
    for address in addresses {
        let reached = timeout(ANSWER, Server::reach(address, &start)).await.ok().and_then(Result::ok);
        let (server, said) = reached.map_or((None, None), |(server, said)| (Some(server), Some(said)));
        if let Some(said) = said.filter(|_| !greeted) {
            send(&mut client, &said).await?;
            greeted = true;
        }
        servers.push(server);
    }
    if !greeted {
        return Ok(());
    }
    let (prepared, transaction, session) = (HashMap::new(), Transaction::default(), Vec::new());
    let mut line =
        Line { addresses, start, session, servers, mode, seen, prepared, count: 0, turn: 0, transaction };
    loop {
        let mut round = vec![wire::read(&mut client).await?];
        while !matches!(round.last().map(|message| message.tag), Some(b'Q' | b'S' | b'X')) {
            round.push(wire::read(&mut client).await?);
        }
        if round.iter().any(|message| message.tag == b'X') {
            return Ok(());
        }
        let mut answer = line.answer(&round).await?;
        if let Some(ready) = answer.last_mut() {
            *ready = Message::ready(line.transaction.status());
        }
        send(&mut client, &answer).await?;
    }
}

async fn send(to: &mut BufReader<TcpStream>, messages: &[Message]) -> Result<()> {
    let mut bytes = Vec::new();
    messages.iter().for_each(|message| message.write(&mut bytes));
    to.get_mut().write_all(&bytes).await
}

impl Transaction {
    const fn status(&self) -> u8 {
        match (self.open, self.failed) {
            (false, _) => b'I',
            (true, false) => b'T',
            (true, true) => b'E',
        }
    }
}

impl Server {
    /// Connects as the client began, and answers what the server says to that.
    async fn reach(address: &str, start: &[u8]) -> Result<(Self, Vec<Message>)> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut server = Self { stream: BufReader::new(stream), prepared: HashMap::new() };
        server.stream.get_mut().write_all(start).await?;
        let said = server.heard().await?;
        Ok((server, said))
    }

    /// Everything until it is ready again.
    async fn heard(&mut self) -> Result<Vec<Message>> {
        let mut heard = Vec::new();
        loop {
            let message = wire::read(&mut self.stream).await?;
            let tag = message.tag;
            heard.push(message);
            if tag == b'Z' {
                return Ok(heard);
            }
        }
    }

    async fn ask(&mut self, messages: &[Message]) -> Result<Vec<Message>> {
        send(&mut self.stream, messages).await?;
        self.heard().await
    }
}

impl Line<'_> {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The statement of a round, and its first parameter where it is run.
    fn statement(&mut self, round: &[Message]) -> (Option<String>, Option<String>, bool) {
        let mut text = None;
        for message in round {
            match message.tag {
                b'Q' => return (Some(message.text(0).0.to_owned()), None, true),
                b'P' => {
                    let (name, at) = message.text(0);
                    let of = message.text(at).0.to_owned();
                    self.count += 1;
                    text = Some(of.clone());
                    let prepared = Prepared { parse: message.clone(), text: of, number: self.count };
                    self.prepared.insert(name.to_owned(), prepared);
                }
                b'B' => {
                    let (_, at) = message.text(0);
                    let text = self.prepared.get(message.text(at).0).map(|known| known.text.clone());
                    return (text, message.first_parameter(), true);
                }
                _ => {}
            }
        }
        (text, None, false)
    }

    async fn answer(&mut self, round: &[Message]) -> Result<Vec<Message>> {
        let (text, book, runs) = self.statement(round);
        let Some(text) = text else { return self.send_anywhere(round).await };
        self.note(|seen| {
            seen.texts.insert(text.clone());
        });
        if let Mode::Lacks(word) = self.mode
            && text.contains(word)
        {
            self.transaction.failed = self.transaction.open;
            return Ok(vec![
                Message::error("0A000", &format!("{word} is not supported")),
                Message::ready(b'I'),
            ]);
        }
        let class = Class::of(&text);
        if !runs {
            return self.send_anywhere(round).await;
        }
        match class {
            Class::Begin => {
                self.transaction = Transaction { open: true, opening: vec![text], ..Transaction::default() };
                return Ok(done(round, "BEGIN"));
            }
            Class::Commit | Class::Rollback => return self.end(round, class == Class::Commit).await,
            Class::Local if self.transaction.open && self.transaction.at.is_empty() => {
                self.transaction.opening.push(text);
                return Ok(done(round, "SET"));
            }
            _ => {}
        }
        if self.transaction.failed && class != Class::Local {
            return Ok(vec![Message::error("25P02", "the transaction has failed"), Message::ready(b'E')]);
        }
        if class == Class::Session {
            self.session.push(text.clone());
        }
        self.turn += 1;
        if matches!(class, Class::Free | Class::Local | Class::Session | Class::Reference { writes: false }) {
            self.notice_what_is_gone().await;
        }
        match self.place(class, book.as_deref()) {
            Ok(place) => self.run(place, class, round).await,
            Err(reason) => {
                self.transaction.failed = self.transaction.open;
                self.note(|seen| seen.refused.push(format!("{reason}: {text}")));
                Ok(vec![Message::error("0A000", &reason), Message::ready(b'I')])
            }
        }
    }

    /// A server for what is not about rows.
    fn anywhere(&self) -> usize {
        let there = self.servers.iter().position(Option::is_some).unwrap_or(0);
        self.transaction.at.first().copied().unwrap_or(there)
    }

    /// Sends what is only prepared or described to a server that is there.
    async fn send_anywhere(&mut self, round: &[Message]) -> Result<Vec<Message>> {
        self.notice_what_is_gone().await;
        self.send_to(self.anywhere(), round).await
    }

    /// Drops silent servers: what is not about rows is answered while any server is there, as a cluster's
    /// coordinator does.
    async fn notice_what_is_gone(&mut self) {
        if self.transaction.at.is_empty() {
            for at in 0..self.servers.len() {
                if timeout(ANSWER, self.ask(at, &[Message::query("")], false)).await.is_err() {
                    // its answer would be taken for that of the next statement
                    self.servers[at] = None;
                }
            }
        }
    }

    /// Asks a server, and connects to it again if it was gone; none where it is gone now. `anew` is false
    /// where it would have forgotten a transaction.
    async fn ask(&mut self, at: usize, messages: &[Message], anew: bool) -> Option<Vec<Message>> {
        if self.servers[at].is_none() && anew {
            let (mut server, _) = Server::reach(&self.addresses[at], &self.start).await.ok()?;
            for text in &self.session {
                server.ask(&[Message::query(text)]).await.ok()?;
            }
            self.servers[at] = Some(server);
        }
        let answer = self.servers[at].as_mut()?.ask(messages).await.ok();
        if answer.is_none() {
            self.servers[at] = None;
        }
        answer
    }

    /// The answer for a server that is gone, as a cluster gives it: the client's connection goes on.
    fn gone(&mut self, at: usize) -> Vec<Message> {
        self.transaction.failed = self.transaction.open;
        let said = format!("connection to the remote node {} failed", self.addresses[at]);
        vec![Message::error("08006", &said), Message::ready(b'I')]
    }

    /// Where a statement goes, or why nowhere.
    fn place(&self, class: Class, book: Option<&str>) -> std::result::Result<Place, String> {
        let all = self.servers.len();
        let elsewhere = || "the transaction is on another server".to_owned();
        let at = &self.transaction.at;
        match class {
            // there is nothing to choose
            _ if all == 1 => Ok(Place::At(0)),
            Class::Book { .. } if self.mode == Mode::Broadcasts => Ok(Place::Across),
            Class::Book { .. } if self.mode == Mode::Tears => Ok(Place::At(self.turn % all)),
            Class::Book { .. } => {
                let book = book.ok_or_else(|| "`$1` is no book".to_owned())?;
                let home = home(book, all);
                let torn = self.transaction.wrote.is_some_and(|wrote| wrote != home);
                let there = at.is_empty() || at.contains(&home);
                if there && !torn { Ok(Place::At(home)) } else { Err(elsewhere()) }
            }
            Class::Free | Class::Local | Class::Reference { writes: false } => Ok(Place::At(self.anywhere())),
            Class::Session => Ok(Place::Everywhere),
            Class::Ddl | Class::Reference { writes: true } => {
                if at.is_empty() || at.len() == all {
                    Ok(Place::Everywhere)
                } else {
                    Err(elsewhere())
                }
            }
            Class::Across if at.is_empty() || at.len() == all => Ok(Place::Across),
            Class::Across => Err(elsewhere()),
            // the new timeline of every book: it began with the tables that every server has
            Class::Unbound if self.transaction.open && at.len() == all => Ok(Place::Everywhere),
            Class::Unbound | Class::Begin | Class::Commit | Class::Rollback => {
                Err("the statement names no book".to_owned())
            }
        }
    }

    async fn run(&mut self, place: Place, class: Class, round: &[Message]) -> Result<Vec<Message>> {
        let mut places: Vec<usize> = match place {
            Place::At(at) => vec![at],
            Place::Everywhere | Place::Across => (0..self.servers.len()).collect(),
        };
        if class == Class::Session {
            // a server that is gone hears of it when it is there again
            places.retain(|at| self.servers[*at].is_some());
        }
        self.note(|seen| match (place, class) {
            (Place::At(at), Class::Book { .. }) => seen.routed[at] += 1,
            (Place::Everywhere, _) => seen.broadcast += 1,
            (Place::Across, _) => seen.across += 1,
            _ => {}
        });
        if let (Place::At(at), Class::Book { writes: true }, true) = (place, class, self.transaction.open) {
            self.transaction.wrote = Some(at);
        }
        if !matches!(class, Class::Free) {
            for at in &places {
                if let Some(refusal) = self.open(*at).await? {
                    return Ok(refusal);
                }
            }
        }
        let mut answers = Vec::with_capacity(places.len());
        for at in places {
            answers.push(self.send_to(at, round).await?);
        }
        Ok(if place == Place::Across { together(answers) } else { worst(answers) })
    }

    /// Opens the client's transaction on a server; answers why that failed.
    async fn open(&mut self, at: usize) -> Result<Option<Vec<Message>>> {
        if !self.transaction.open || self.transaction.at.contains(&at) {
            return Ok(None);
        }
        self.transaction.at.push(at);
        for text in self.transaction.opening.clone() {
            let Some(answer) = self.ask(at, &[Message::query(&text)], true).await else {
                return Ok(Some(self.gone(at)));
            };
            if answer.iter().any(|message| message.tag == b'E') {
                self.transaction.failed = true;
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// Sends a round to a server, with what it has not prepared yet in front.
    async fn send_to(&mut self, at: usize, round: &[Message]) -> Result<Vec<Message>> {
        let anew = !self.transaction.at.contains(&at);
        if self.servers[at].is_none() && (!anew || self.ask(at, &[Message::query("")], true).await.is_none())
        {
            return Ok(self.gone(at));
        }
        let Some(server) = &mut self.servers[at] else { return Ok(self.gone(at)) };
        let (mut messages, mut added, mut names) = (Vec::with_capacity(round.len() + 2), 0, Vec::new());
        for message in round {
            let name = match message.tag {
                b'P' => Some((message.text(0).0, true)),
                b'B' => Some((message.text(message.text(0).1).0, false)),
                b'D' if message.body.first() == Some(&b'S') => Some((message.text(1).0, false)),
                _ => None,
            };
            if let Some((name, parses)) = name
                && let Some(known) = self.prepared.get(name)
                && server.prepared.insert(name.to_owned(), known.number) != Some(known.number)
            {
                names.push(name);
                if !parses {
                    // another of the same name may be there
                    messages.push(Message::new(b'C', [b"S", name.as_bytes(), b"\0"].concat()));
                    messages.push(known.parse.clone());
                    added += 2;
                }
            }
            messages.push(message.clone());
        }
        let Some(mut answer) = self.ask(at, &messages, false).await else { return Ok(self.gone(at)) };
        // the answers to what was added: `3` and `1`
        let added = added.min(answer.iter().take_while(|message| matches!(message.tag, b'1' | b'3')).count());
        answer.drain(..added);
        let failed = answer.iter().any(|message| message.tag == b'E');
        if let Some(server) = self.servers[at].as_mut().filter(|_| failed) {
            for name in names {
                server.prepared.remove(name);
            }
        }
        if self.transaction.open {
            let status = answer.last().and_then(|message| message.body.first()).copied();
            let there = self.transaction.at.contains(&at);
            self.transaction.failed =
                if there { status == Some(b'E') } else { self.transaction.failed || failed };
        }
        Ok(answer)
    }

    /// Ends the transaction wherever it is open.
    async fn end(&mut self, round: &[Message], keep: bool) -> Result<Vec<Message>> {
        let transaction = std::mem::take(&mut self.transaction);
        let keep = keep && !transaction.failed;
        let word = if keep { "COMMIT" } else { "ROLLBACK" };
        let mut answers = Vec::new();
        for at in transaction.at {
            match self.ask(at, &[Message::query(word)], false).await {
                Some(answer) => answers.push(answer),
                // there is nothing to take back
                None if !keep => {}
                None => answers.push(self.gone(at)),
            }
        }
        match answers.iter().find(|answer| answer.iter().any(|message| message.tag == b'E')) {
            Some(failed) => Ok(failed.clone()),
            None => Ok(done(round, word)),
        }
    }
}

/// The answer to a round that no server has to see.
fn done(round: &[Message], word: &str) -> Vec<Message> {
    let mut answer = Vec::with_capacity(round.len());
    for message in round {
        match message.tag {
            b'Q' => answer.extend([Message::complete(word), Message::ready(b'I')]),
            b'P' => answer.push(Message::new(b'1', [])),
            b'B' => answer.push(Message::new(b'2', [])),
            b'C' => answer.push(Message::new(b'3', [])),
            b'D' => answer.push(Message::new(b'n', [])),
            b'E' => answer.push(Message::complete(word)),
            b'S' => answer.push(Message::ready(b'I')),
            _ => {}
        }
    }
    answer
}

/// Of answers that should be the same the first, or one that is a failure.
fn worst(mut answers: Vec<Vec<Message>>) -> Vec<Message> {
    let failed = answers.iter().position(|answer| answer.iter().any(|message| message.tag == b'E'));
    answers.swap_remove(failed.unwrap_or(0))
}

/// The rows of every answer as one.
fn together(answers: Vec<Vec<Message>>) -> Vec<Message> {
    if answers.iter().flatten().any(|message| message.tag == b'E') {
        return worst(answers);
    }
    let rows: Vec<Message> =
        answers.iter().flatten().filter(|message| message.tag == b'D').cloned().collect();
    let mut all = answers.into_iter().next().unwrap_or_default();
    all.retain(|message| message.tag != b'D');
    if let Some(end) = all.iter().position(|message| message.tag == b'C') {
        all[end] = Message::complete(&format!("SELECT {}", rows.len()));
        all.splice(end..end, rows);
    }
    all
}
