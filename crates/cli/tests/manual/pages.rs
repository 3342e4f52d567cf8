//! The manual's pages: their blocks, the command lines in them, and what is mentioned in the text.

use std::path::PathBuf;

/// A fenced block.
pub(crate) struct Block {
    /// The word behind the fence.
    language: String,
    pub(crate) text: String,
    /// What the comment in the line before says.
    pub(crate) mark: Option<String>,
}

pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) blocks: Vec<Block>,
    prose: String,
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Page {
    /// The README, and all of `docs/manual/`.
    pub(crate) fn all() -> Vec<Self> {
        let manual = root().join("docs/manual");
        let mut files: Vec<PathBuf> = std::fs::read_dir(manual)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "md"))
            .collect();
        files.sort();
        files.insert(0, root().join("README.md"));
        assert!(files.len() > 30);
        let mut pages: Vec<Self> = files.iter().map(Self::read).collect();
        // The folder has a README of its own.
        pages[0].name = "README.md".to_owned();
        for page in &mut pages[1..] {
            if page.name == "README.md" {
                page.name = "manual/README.md".to_owned();
            }
        }
        pages
    }

    pub(crate) fn named(name: &str) -> Self {
        let mut pages = Self::all().into_iter();
        pages.find(|page| page.name == name).unwrap()
    }

    fn read(path: &PathBuf) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut page = Self {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            path: path.clone(),
            blocks: Vec::new(),
            prose: String::new(),
        };
        let mut mark = None;
        let mut inside = false;
        for line in text.lines() {
            let line = line.trim();
            if let Some(language) = line.strip_prefix("```") {
                inside = !inside;
                if inside {
                    page.blocks.push(Block {
                        language: language.to_owned(),
                        text: String::new(),
                        mark: mark.take(),
                    });
                }
            } else if inside {
                let block = page.blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            } else {
                let comment = line.strip_prefix("<!-- ");
                mark = comment
                    .and_then(|rest| rest.strip_suffix(" -->"))
                    .map(str::to_owned);
                page.prose.push_str(line);
                page.prose.push('\n');
            }
        }
        assert!(!inside, "{} has a block without an end", page.name);
        page
    }

    /// The block that a comment before it marks so.
    pub(crate) fn marked(&self, mark: &str) -> String {
        let found = self.blocks.iter().find(|block| {
            block
                .mark
                .as_deref()
                .is_some_and(|there| there.starts_with(mark))
        });
        found
            .unwrap_or_else(|| panic!("{} has no block {mark:?}", self.name))
            .text
            .clone()
    }

    /// All lines of all blocks for a shell, in their order.
    pub(crate) fn shell_lines(&self) -> Vec<String> {
        let blocks = self.blocks.iter().filter(|block| block.language == "sh");
        blocks
            .flat_map(|block| block.text.lines())
            .map(|line| line.replace("cargo run -p refundkit-cli -- ", "refundkit "))
            .collect()
    }

    /// The lines that begin with the command.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = self.shell_lines();
        lines.retain(|line| line.starts_with("refundkit "));
        lines
    }

    /// Where the text's links lead within the repository.
    pub(crate) fn links(&self) -> Vec<String> {
        let links = self.prose.split("](").skip(1);
        links
            .filter_map(|rest| rest.split(')').next())
            .filter(|link| !link.starts_with("http"))
            .map(str::to_owned)
            .collect()
    }

    /// The commands that the text mentions, `refundkit …` between two backticks.
    pub(crate) fn mentions(&self) -> Vec<String> {
        self.prose
            .split('`')
            .filter(|part| part.starts_with("refundkit ") && !part.contains('\n'))
            .map(str::to_owned)
            .collect()
    }
}

/// The anchors of a text's headings.
pub(crate) fn headings(text: &str) -> Vec<String> {
    let titles = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |title: &str| -> String {
        let title = title.trim_start_matches('#').trim().to_lowercase();
        let signs = title.chars().filter_map(|sign| match sign {
            ' ' => Some('-'),
            '-' | '_' => Some(sign),
            sign => sign.is_alphanumeric().then_some(sign),
        });
        signs.collect()
    };
    titles.map(anchor).collect()
}

/// The words of a line as a shell makes them, without a remark and without where its output goes.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for sign in line.chars() {
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (None, '"' | '\'') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, '#' | '>') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (Some(_) | None, _) => word.get_or_insert_default().push(sign),
        }
    }
    assert!(quote.is_none(), "an open quote: {line}");
    words.extend(word);
    words
}

/// With which code a line has to end: what its remark says, or 0.
pub(crate) fn expected(line: &str) -> i32 {
    let digits = line.split("# exit ").nth(1).map(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_digit);
        digits.collect::<String>()
    });
    digits.map_or(0, |digits| digits.parse().unwrap())
}

/// The file that a line's output goes to.
pub(crate) fn output(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(" > ")?;
    rest.split_whitespace().next().map(str::to_owned)
}
