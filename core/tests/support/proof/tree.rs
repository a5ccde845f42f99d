//! Reads a tree of PostgreSQL's analyser as the server writes it (`pg_node_tree`): `{TAG :field value ...}`,
//! `(list)`, and words.

/// A part of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// A node, and what each of its fields says.
    Named(String, Vec<(String, Vec<Node>)>),
    /// A list.
    List(Vec<Node>),
    /// A word; `<>` is nothing.
    Word(String),
}

impl Node {
    /// Reads a whole tree.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let node = read(&mut rest)?;
        rest.trim().is_empty().then_some(node)
    }

    /// Whether it is a node of a kind.
    pub(crate) fn is(&self, kind: &str) -> bool {
        matches!(self, Self::Named(tag, _) if tag == kind)
    }

    /// Returns the first value of a field.
    pub(crate) fn get(&self, field: &str) -> Option<&Self> {
        let Self::Named(_, fields) = self else { return None };
        fields.iter().find(|(name, _)| name == field).and_then(|(_, values)| values.first())
    }

    /// The word of a field.
    pub(crate) fn word(&self, field: &str) -> &str {
        match self.get(field) {
            Some(Self::Word(word)) => word,
            _ => "",
        }
    }

    /// The number of a field.
    pub(crate) fn number(&self, field: &str) -> i64 {
        self.word(field).parse().unwrap_or(-1)
    }

    /// The members of the list in a field.
    pub(crate) fn list(&self, field: &str) -> &[Self] {
        match self.get(field) {
            Some(Self::List(members)) => members,
            _ => &[],
        }
    }

    /// Visits it and everything below.
    pub(crate) fn walk<'n>(&'n self, visit: &mut dyn FnMut(&'n Self)) {
        visit(self);
        match self {
            Self::Named(_, fields) => {
                fields.iter().flat_map(|(_, values)| values).for_each(|node| node.walk(visit));
            }
            Self::List(members) => members.iter().for_each(|node| node.walk(visit)),
            Self::Word(_) => {}
        }
    }
}

fn read(rest: &mut &str) -> Option<Node> {
    *rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('{') {
        *rest = inside;
        let tag = word(rest)?;
        let mut fields: Vec<(String, Vec<Node>)> = Vec::new();
        loop {
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                *rest = after;
                return Some(Node::Named(tag, fields));
            }
            match (rest.strip_prefix(':'), fields.last_mut()) {
                (Some(named), _) => {
                    *rest = named;
                    fields.push((word(rest)?, Vec::new()));
                }
                (None, Some((_, values))) => values.push(read(rest)?),
                (None, None) => return None,
            }
        }
    }
    if let Some(inside) = rest.strip_prefix('(') {
        *rest = inside;
        let mut members = Vec::new();
        loop {
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                *rest = after;
                return Some(Node::List(members));
            }
            members.push(read(rest)?);
        }
    }
    word(rest).map(Node::Word)
}

/// A word, in which a backslash takes the next character as it is.
fn word(rest: &mut &str) -> Option<String> {
    let (mut word, mut end) = (String::new(), rest.len());
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => word.push(chars.next()?.1),
            '(' | ')' | '{' | '}' | ' ' | '\n' | '\t' => {
                end = at;
                break;
            }
            c => word.push(c),
        }
    }
    *rest = &rest[end..];
    (end > 0).then_some(word)
}
