//! What `--help` shows at the end of each command: lines that can be typed as they are, but for the ids.

pub(super) const TOP: &str = "\
Examples:
  refundkit demo
  refundkit init
  refundkit plan --provider dojo --payment pi_1 --amount \"10.00 GBP\"
  refundkit list --since 7d

Each command has examples of its own: refundkit COMMAND --help";

pub(super) const DEMO: &str = "\
Examples:
  refundkit demo
  refundkit demo --output json";

pub(super) const INIT: &str = "\
Examples:
  refundkit init
  refundkit init /etc/shop/refundkit.toml";

pub(super) const SANDBOX: &str = "\
Examples:
  refundkit sandbox
  refundkit sandbox --port 4010 --fault answer-lost=0.3";

pub(super) const PROVIDERS: &str = "\
Examples:
  refundkit providers
  refundkit providers --output json";

pub(super) const PLAN: &str = "\
Examples:
  refundkit plan --provider dojo --payment pi_1 --amount \"10.00 GBP\"
  refundkit plan --kind reverse --provider dojo --payment pi_1";

pub(super) const REFUND: &str = "\
Examples:
  refundkit refund --provider dojo --payment pi_1 --amount \"10.00 GBP\" --key a
  refundkit refund --provider dodo --payment pay_1 --item i_2=\"5.00 USD\" --key b
  refundkit refund --provider dojo --payment pi_1 --by Ada --ticket T-12
  refundkit refund --provider dojo --payment pi_1 --key order-9 --wait=30s";

pub(super) const REVERSE: &str = "\
Examples:
  refundkit reverse --provider dojo --payment pi_1 --key order-7
  refundkit reverse --provider dojo --payment pi_1 --dry-run";

pub(super) const REVERSE_OR_REFUND: &str = "\
Examples:
  refundkit reverse-or-refund --provider dojo --payment pi_1 --key order-7
  refundkit reverse-or-refund --provider dojo --payment pi_1 --dry-run";

pub(super) const STATUS: &str = "\
Examples:
  refundkit status op_1
  refundkit status op_1 --ask
  refundkit status --provider dojo --payment pi_1";

pub(super) const LIST: &str = "\
Examples:
  refundkit list --state unknown --state parked
  refundkit list --provider dojo --since 7d
  refundkit list --output json";

pub(super) const HISTORY: &str = "\
Examples:
  refundkit history op_1
  refundkit history op_1 --output json";

pub(super) const CANCEL: &str = "\
Examples:
  refundkit cancel op_1";

pub(super) const RESOLVE: &str = "\
Examples:
  refundkit resolve op_1 --as succeeded --evidence \"dashboard\" --by Ada

Without a terminal, --seen says what was looked at: `refundkit status op_1` shows it.";

pub(super) const WORK: &str = "\
Examples:
  refundkit work
  refundkit work --once";

pub(super) const RECONCILE: &str = "\
Examples:
  refundkit reconcile --since 7d
  refundkit reconcile --provider dodo --since 24h --report differences.csv
  refundkit reconcile --provider dojo --payment pi_1 --apply";

pub(super) const SERVE: &str = "\
Examples:
  refundkit serve
  refundkit serve --listen 127.0.0.1:9000";

pub(super) const JOURNAL: &str = "\
Examples:
  refundkit journal info
  refundkit journal verify
  refundkit journal export --format csv > refunds.csv";

pub(super) const JOURNAL_INFO: &str = "\
Examples:
  refundkit journal info
  refundkit --journal sqlite:copy.db journal info";

pub(super) const JOURNAL_RECOVER: &str = "\
Examples:
  refundkit journal recover";

pub(super) const JOURNAL_VERIFY: &str = "\
Examples:
  refundkit journal verify
  refundkit --journal sqlite:copy.db journal verify";

pub(super) const JOURNAL_EXPORT: &str = "\
Examples:
  refundkit journal export --format jsonl > entries.jsonl
  refundkit journal export --format csv --since 30d > entries.csv";

pub(super) const PROFILE: &str = "\
Examples:
  refundkit profile list
  refundkit profile explain primer
  refundkit profile check mine.toml";

pub(super) const PROFILE_CHECK: &str = "\
Examples:
  refundkit profile check mine.toml
  refundkit profile check mine.toml --vectors mine.vectors.toml";

pub(super) const PROFILE_EXPLAIN: &str = "\
Examples:
  refundkit profile explain primer
  refundkit profile explain mine.toml";

pub(super) const PROFILE_NEW: &str = "\
Examples:
  refundkit profile new
  refundkit profile new mine.toml --name mine --base-url https://api.example.com";

pub(super) const PROFILE_LIST: &str = "\
Examples:
  refundkit profile list";

pub(super) const PROFILE_SCHEMA: &str = "\
Examples:
  refundkit profile schema > profile.schema.json";

pub(super) const PROFILE_SHOW: &str = "\
Examples:
  refundkit profile show primer > mine.toml";

pub(super) const PROFILE_TEST: &str = "\
Examples:
  refundkit profile test mine.toml --against http://127.0.0.1:4012 --payment p_1";

pub(super) const EXPLAIN: &str = "\
Examples:
  refundkit explain RK1203
  refundkit explain";

pub(super) const DOCTOR: &str = "\
Examples:
  refundkit doctor
  refundkit doctor --output json";

pub(super) const COMPLETIONS: &str = "\
Examples:
  refundkit completions bash > refundkit.bash
  refundkit completions zsh > ~/.zfunc/_refundkit";

pub(super) const MAN: &str = "\
Examples:
  refundkit man > refundkit.1
  refundkit man refund | man -l -";
