/** Well-known crates of crates.io, without an order. Written by hand. */
export const CRATE_NAMES = `
actix-cors actix-files actix-http actix-multipart actix-rt actix-service actix-web actix-web-codegen addr2line adler adler2 aead aes
aes-gcm ahash aho-corasick alacritty allocator-api2 ammonia android-activity anes ansi-term anstream anstyle anstyle-parse anyhow
approx arbitrary arc-swap argon2 arrayref arrayvec arrow ascii ash askama assert-cmd assert-matches async-channel async-compression
async-executor async-fs async-global-executor async-graphql async-io async-lock async-process async-recursion async-std async-stream
async-task async-trait async-tungstenite atoi atomic-waker atty autocfg aws-config aws-credential-types aws-sdk-dynamodb
aws-sdk-s3 aws-sdk-sqs aws-smithy-http aws-smithy-runtime aws-smithy-types aws-types axum axum-core axum-extra axum-server backoff
backtrace base16ct base64 base64ct bat bb8 bcrypt bevy bevy-ecs bigdecimal bincode bindgen bit-set bit-vec bitflags bitvec blake2 blake3
block-buffer block-padding blocking bollard borsh brotli bson bstr bumpalo bytecheck bytemuck byteorder bytes bytesize camino
candle-core cargo cargo-metadata cargo-platform cast cbc cbindgen cc cexpr cfg-aliases cfg-if chacha20 chacha20poly1305 chrono chrono-tz
ciborium cipher clang-sys clap clap-builder clap-complete clap-derive clap-lex cloudflare cmake codespan-reporting color-eyre
color-quant colorchoice colored combine compact-str concurrent-queue config console console-error-panic-hook const-oid
const-random constant-time-eq convert-case cookie cookie-store core-foundation core-foundation-sys core-graphics cpal cpufeatures
cranelift cranelift-codegen crc crc32fast criterion criterion-plot critical-section crossbeam crossbeam-channel crossbeam-deque
crossbeam-epoch crossbeam-queue crossbeam-utils crossterm crunchy crypto-bigint crypto-common crypto-mac csv csv-core ctor ctr ctrlc
curve25519-dalek cxx dashmap data-encoding data-encoding-macro datafusion deadpool deadpool-postgres debugid der deranged derivative
derive-builder derive-more derive-new dialoguer diesel diesel-migrations diff difflib digest dirs dirs-next dirs-sys displaydoc
docopt dotenv dotenvy downcast-rs dtoa dunce dyn-clone ecdsa ed25519 ed25519-dalek either elliptic-curve embedded-hal ena encode-unicode
encoding-rs enum-map env-filter env-logger equivalent erased-serde errno ethers event-listener eyre failure fallible-iterator
fancy-regex fastrand ff fiat-crypto filetime fixedbitset flate2 float-cmp fluent flume fnv foldhash foreign-types form-urlencoded
fs-extra fs2 fslock fsevent-sys fuchsia-zircon funty futures futures-channel futures-core futures-executor futures-io futures-lite
futures-macro futures-sink futures-task futures-timer futures-util fxhash generic-array getopts getrandom gif gimli git2 glam glob
globset gloo glow goblin graphql-client group gtk h2 half handlebars hashbrown hashlink headers heapless heck hermit-abi hex hickory-resolver
hkdf hmac home hound html5ever http http-body http-body-util httparse httpdate human-panic humantime humansize hyper hyper-rustls hyper-tls
hyper-util iana-time-zone ident-case idna ignore image im include-dir indexmap indicatif indoc inotify insta instant
inventory io-lifetimes ipnet ipnetwork iri-string is-terminal itertools itoa jni jobserver js-sys json jsonwebtoken jsonschema kernel32-sys
keccak kqueue kube lalrpop lazy-static lazycell leptos lettre lexical lexical-core libc libflate libgit2-sys libloading liblzma libm librocksdb-sys
libsqlite3-sys libssh2-sys libz-sys linked-hash-map linkme linux-raw-sys litemap lock-api log log4rs lru lz4 lz4-flex lzma-rs lzma-sys
mach maplit markup5ever matchers matches matchit matrixmultiply maybe-uninit md-5 md5 memchr memmap memmap2 memoffset
metrics miette mimalloc mime mime-guess minimal-lexical miniz-oxide mio miow mockall mockito moka mongodb multer multimap mysql nalgebra
native-tls ndarray ndk net2 nix nodrop nom nom-locate normalize-line-endings notify nu-ansi-term num num-bigint num-complex
num-conv num-cpus num-derive num-integer num-iter num-rational num-traits num-enum numtoa oauth2 objc object oid-registry
once-cell oorandom opaque-debug openssl openssl-macros openssl-probe openssl-src openssl-sys opentelemetry opentelemetry-otlp
option-ext ordered-float ordered-multimap os-info os-str-bytes outref overload owo-colors p256 p384 parity-scale-codec parking
parking-lot parking-lot-core parquet password-hash paste path-clean path-slash pathdiff pbkdf2 peeking-take-while pem pem-rfc7468
percent-encoding peg pest pest-derive pest-generator pest-meta petgraph phf phf-codegen phf-generator phf-shared pico-args pin-project
pin-project-internal pin-project-lite pin-utils piper pkcs1 pkcs8 pkg-config plist plotters png polars polling poly1305 polyval
portable-atomic postgres postgres-protocol postgres-types powerfmt ppv-lite86 precomputed-hash predicates prettyplease pretty-assertions
prettytable-rs primeorder proc-macro-crate proc-macro-error proc-macro-hack proc-macro2 prometheus proptest prost prost-build prost-derive
prost-types protobuf psm pulldown-cmark pyo3 quanta quick-error quick-xml quickcheck quinn quinn-proto quote r2d2 radium rand rand-chacha
rand-core rand-distr rand-xorshift rand-xoshiro ratatui raw-cpuid raw-window-handle rawpointer rayon rayon-core rdkafka rdrand redis
redox-syscall redox-users ref-cast regex regex-automata regex-lite regex-syntax region remove-dir-all rend reqwest reqwest-middleware
resolv-conf rfc6979 ring rkyv rlimit rmp rmp-serde rocksdb rocket ron ropey rsa rstest rusb rusqlite rust-decimal rust-embed rust-ini
rustc-demangle rustc-hash rustc-hex rustc-serialize rustc-version rusticata-macros rustix rustls rustls-native-certs rustls-pemfile
rustls-pki-types rustls-webpki rustversion rustyline ryu same-file scheduled-thread-pool schemars schannel scoped-tls scopeguard scraper
scrypt sct sea-orm sea-query sec1 secp256k1 secrecy security-framework security-framework-sys self-cell semver semver-parser sentry
sequoia-openpgp serde serde-big-array serde-bytes serde-cbor serde-derive serde-html-form serde-ignored serde-json serde-path-to-error
serde-plain serde-qs serde-repr serde-spanned serde-test serde-urlencoded serde-value serde-with serde-yaml serial-test sha-1 sha1 sha2 sha3 sharded-slab
shell-words shellexpand shlex signal-hook signal-hook-registry signature simd-adler32 simd-json similar simplelog siphasher slab sled slotmap slog
slog-async slog-term smallvec smart-default smawk smol smol-str snafu snap socket2 solana-program solana-sdk spin spki sqlformat
sqlparser sqlx sqlx-core sqlx-macros sqlx-postgres stable-deref-trait stacker static-assertions strip-ansi-escapes string-cache
stringprep strsim structopt structopt-derive strum strum-macros subtle supports-color sval swc-common swc-core syn sync-wrapper
synstructure syntect sysinfo system-configuration tabled tantivy tap tar target-lexicon tauri tempdir tempfile tendril tera term
termcolor terminal-size termion termtree test-case test-log textwrap thin-vec thiserror thiserror-impl thread-local threadpool tide
tiff time time-core time-macros tiny-keccak tinystr tinytemplate tinyvec tls-parser tokio tokio-cron-scheduler tokio-io tokio-macros
tokio-native-tls tokio-postgres tokio-rustls tokio-serde tokio-stream tokio-test tokio-tungstenite tokio-util toml toml-datetime
toml-edit tonic tonic-build tower tower-http tower-layer tower-service tracing tracing-appender tracing-attributes tracing-core
tracing-futures tracing-log tracing-opentelemetry tracing-serde tracing-subscriber tree-sitter trust-dns-resolver try-lock trybuild
tungstenite twox-hash typed-arena typed-builder typenum typetag ucd-trie uuid uluru unicase unicode-bidi unicode-ident
unicode-normalization unicode-segmentation unicode-width unicode-xid unindent universal-hash unsafe-libyaml untrusted ureq url urlencoding
utf-8 utf8-ranges utf8parse utoipa valuable value-bag vcpkg vec-map version-check vsimd wait-timeout walkdir want warp wasi wasm-bindgen
wasm-bindgen-backend wasm-bindgen-futures wasm-bindgen-macro wasm-bindgen-shared wasm-bindgen-test wasm-encoder wasm-pack wasm-streams
wasmer wasmparser wasmtime wast wat wayland-client web-sys web-time webpki webpki-roots wee-alloc wgpu which widestring wildmatch winapi
winapi-util winapi-x86-64-pc-windows-gnu windows windows-core windows-sys windows-targets winit winnow winreg wiremock writeable wyz x11rb
x25519-dalek x509-parser xattr xml-rs xmlparser xxhash-rust xz2 yaml-rust yansi yew yoke zbus zerocopy zeroize zerovec zip zstd zstd-safe zstd-sys
zune-jpeg zvariant
`;
