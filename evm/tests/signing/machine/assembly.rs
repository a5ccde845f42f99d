//! A small assembler: contracts are nested expressions, each of which is one instruction of the machine.
//!
//! `(add 1 (caller))` writes its arguments from the last to the first, and then the instruction. Beside the
//! instructions there are `set` (a variable in memory), `if`, `while`, `require`, `def` (an expression or
//! statements with parameters), and what is worked out while assembling: `text` (the hash of a text),
//! `selector`, `length`, and `put` (a text into memory).

use std::collections::BTreeMap;

use alloy_primitives::{U256, keccak256};

/// The code of a contract.
pub(crate) fn assemble(source: &str) -> Vec<u8> {
    let mut assembler = Assembler::default();
    for form in parse(source) {
        assembler.form(&form);
    }
    assembler.code.push(0); // STOP
    assembler.code
}

#[derive(Clone, Debug)]
enum Form {
    Word(String),
    Text(String),
    List(Vec<Form>),
}

/// Where `hash` puts what it hashes; variables stand below.
const SCRATCH: u64 = 0x400;

const INSTRUCTIONS: [(&str, u8); 36] = [
    ("stop", 0x00),
    ("add", 0x01),
    ("mul", 0x02),
    ("sub", 0x03),
    ("lt", 0x10),
    ("gt", 0x11),
    ("eq", 0x14),
    ("iszero", 0x15),
    ("and", 0x16),
    ("or", 0x17),
    ("byte", 0x1a),
    ("shl", 0x1b),
    ("shr", 0x1c),
    ("keccak256", 0x20),
    ("address", 0x30),
    ("caller", 0x33),
    ("callvalue", 0x34),
    ("calldataload", 0x35),
    ("calldatasize", 0x36),
    ("calldatacopy", 0x37),
    ("timestamp", 0x42),
    ("chainid", 0x46),
    ("pop", 0x50),
    ("mload", 0x51),
    ("mstore", 0x52),
    ("sload", 0x54),
    ("sstore", 0x55),
    ("gas", 0x5a),
    ("create", 0xf0),
    ("call", 0xf1),
    ("return", 0xf3),
    ("delegatecall", 0xf4),
    ("staticcall", 0xfa),
    ("revert", 0xfd),
    ("selfdestruct", 0xff),
    ("codecopy", 0x39),
];

#[derive(Default)]
struct Assembler {
    code: Vec<u8>,
    variables: BTreeMap<String, u64>,
    definitions: BTreeMap<String, (Vec<String>, Vec<Form>)>,
}

impl Assembler {
    fn form(&mut self, form: &Form) {
        match form {
            Form::Word(word) => match number(word) {
                Some(number) => self.push(number),
                None => {
                    let at = self.variables.get(word);
                    let at = *at.unwrap_or_else(|| panic!("`{word}` was not set"));
                    self.push(U256::from(at));
                    self.code.push(0x51);
                }
            },
            Form::List(list) => {
                let [Form::Word(head), rest @ ..] = list.as_slice() else { panic!("{list:?}") };
                self.named(head, rest);
            }
            Form::Text(text) => panic!("a text by itself: {text}"),
        }
    }

    fn all(&mut self, forms: &[Form]) {
        forms.iter().for_each(|form| self.form(form));
    }

    fn named(&mut self, head: &str, rest: &[Form]) {
        match (head, rest) {
            ("def", [Form::Word(name), Form::List(parameters), body @ ..]) => {
                let parameters = parameters.iter().map(word).collect();
                self.definitions.insert(name.clone(), (parameters, body.to_vec()));
            }
            ("set", [Form::Word(name), value]) => {
                self.form(value);
                let next = 32 * self.variables.len() as u64;
                let at = *self.variables.entry(name.clone()).or_insert(next);
                assert!(at < SCRATCH);
                self.push(U256::from(at));
                self.code.push(0x52);
            }
            ("if", [condition, body @ ..]) => {
                self.form(condition);
                self.code.push(0x15); // ISZERO
                let end = self.jump(0x57);
                self.all(body);
                self.land(end);
            }
            ("while", [condition, body @ ..]) => {
                let start = self.code.len();
                self.code.push(0x5b);
                self.form(condition);
                self.code.push(0x15);
                let end = self.jump(0x57);
                self.all(body);
                self.push(U256::from(start));
                self.code.push(0x56);
                self.land(end);
            }
            ("require", [condition]) => {
                self.form(condition);
                let on = self.jump(0x57);
                self.code.extend([0x60, 0, 0x60, 0, 0xfd]); // REVERT with nothing
                self.land(on);
            }
            ("hash", words) => self.hash(words),
            ("text", [Form::Text(text)]) => self.push(U256::from_be_bytes(keccak256(text).0)),
            ("selector", [Form::Text(text)]) => self.push(U256::from_be_slice(&keccak256(text)[..4])),
            ("length", [Form::Text(text)]) => self.push(U256::from(text.len())),
            ("put", [Form::Word(at), Form::Text(text)]) => self.put(number(at).unwrap(), text),
            _ => self.other(head, rest),
        }
    }

    fn other(&mut self, head: &str, rest: &[Form]) {
        if let Some((parameters, body)) = self.definitions.get(head).cloned() {
            assert_eq!(parameters.len(), rest.len(), "{head}");
            let values = parameters.into_iter().zip(rest.iter().cloned()).collect();
            body.iter().for_each(|form| self.form(&replaced(form, &values)));
            return;
        }
        let found = INSTRUCTIONS.iter().find(|(name, _)| *name == head);
        let (_, code) = found.unwrap_or_else(|| panic!("`{head}` is no instruction"));
        rest.iter().rev().for_each(|form| self.form(form));
        self.code.push(*code);
    }

    /// All values first, since a value may hash something in the same place.
    fn hash(&mut self, words: &[Form]) {
        words.iter().rev().for_each(|form| self.form(form));
        for at in 0..words.len() as u64 {
            self.push(U256::from(SCRATCH + 32 * at));
            self.code.push(0x52);
        }
        self.push(U256::from(32 * words.len()));
        self.push(U256::from(SCRATCH));
        self.code.push(0x20);
    }

    fn put(&mut self, at: U256, text: &str) {
        for (part, bytes) in text.as_bytes().chunks(32).enumerate() {
            let mut word = [0; 32];
            word[..bytes.len()].copy_from_slice(bytes);
            self.push(U256::from_be_bytes(word));
            self.push(at + U256::from(32 * part));
            self.code.push(0x52);
        }
    }

    fn push(&mut self, number: U256) {
        let mut digits = number.to_be_bytes_trimmed_vec();
        if digits.is_empty() {
            digits.push(0);
        }
        self.code.push(0x5f + digits.len() as u8);
        self.code.extend(digits);
    }

    /// A jump to a place that is not known yet.
    fn jump(&mut self, instruction: u8) -> usize {
        self.code.extend([0x61, 0, 0, instruction]);
        self.code.len() - 3
    }

    fn land(&mut self, jump: usize) {
        let here = self.code.len() as u16;
        self.code[jump..jump + 2].copy_from_slice(&here.to_be_bytes());
        self.code.push(0x5b); // JUMPDEST
    }
}

fn replaced(form: &Form, values: &BTreeMap<String, Form>) -> Form {
    match form {
        Form::Word(word) => values.get(word).unwrap_or(form).clone(),
        Form::List(list) => Form::List(list.iter().map(|form| replaced(form, values)).collect()),
        Form::Text(_) => form.clone(),
    }
}

fn word(form: &Form) -> String {
    let Form::Word(word) = form else { panic!("{form:?}") };
    word.clone()
}

fn number(word: &str) -> Option<U256> {
    match word.strip_prefix("0x") {
        Some(digits) => U256::from_str_radix(digits, 16).ok(),
        None if word.starts_with(|c: char| c.is_ascii_digit()) => U256::from_str_radix(word, 10).ok(),
        None => None,
    }
}

fn parse(source: &str) -> Vec<Form> {
    let mut open: Vec<Vec<Form>> = vec![Vec::new()];
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let used = match first {
            ';' => rest.find('\n').unwrap_or(rest.len()),
            '(' => {
                open.push(Vec::new());
                1
            }
            ')' => {
                let done = open.pop().unwrap();
                open.last_mut().expect("a bracket too many").push(Form::List(done));
                1
            }
            '"' => {
                let end = rest[1..].find('"').expect("a text that does not end") + 1;
                open.last_mut().unwrap().push(Form::Text(rest[1..end].to_owned()));
                end + 1
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\";".contains(c));
                let end = end.unwrap_or(rest.len());
                open.last_mut().unwrap().push(Form::Word(rest[..end].to_owned()));
                end
            }
        };
        rest = rest[used..].trim_start();
    }
    assert_eq!(open.len(), 1, "a bracket is missing");
    open.remove(0)
}
