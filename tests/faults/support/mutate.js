// Bodies that are almost what the API sends: some bytes of them changed, or some values.

const encoder = new TextEncoder();

/** What is worth putting anywhere into JSON. */
const TOKENS = [
  ...[
    "",
    " ",
    "\n",
    '"',
    "'",
    "\\",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "{}",
    "[]",
    "null",
    "true",
    "-",
    "0",
    "1e999",
    "-1e-999",
  ],
  ...[
    "\\u0000",
    "\\ud800",
    "\\udfff\\ud800",
    "\\u",
    "\\x",
    "/**/",
    "//",
    "NaN",
    "undefined",
    '"":',
    '"__proto__":',
    '"then":1,',
  ],
  ...[
    "\u0000",
    "\ufeff",
    "\u2028",
    "é",
    "😀",
    '"id":"job_1",',
    '"job":',
    '"status":null,',
    "[".repeat(300),
    "9".repeat(400),
  ],
].map((token) => encoder.encode(token));

/** Bytes that no UTF-8 has, or that begin a character without its rest. */
const BROKEN = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf0, 0x9f], [0x80]];

/** A number that JavaScript would write otherwise. */
class Raw {
  constructor(text) {
    this.text = text;
  }
  toJSON() {
    return `raw ${this.text}`;
  }
}
const typeOf = (value) => (value instanceof Raw ? "number" : typeof value);

/** What is worth standing in place of any value. */
const VALUES = [
  ...["1e999", "-1e999", "1e-999", "-0", "1E+2", "9".repeat(400)].map((text) => new Raw(text)),
  ...[null, true, false, 0, -0, -1, 0.5, 1e300, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE],
  ...[
    "",
    "x",
    "0",
    "completed",
    "processing",
    "Completed",
    "\ud800",
    "\0",
    "2026-01-01T00:00:00Z",
    "2026-02-30T25:61:61Z",
  ],
  ...[
    [],
    {},
    [null],
    [[]],
    [{}],
    { id: 1 },
    { message: "m" },
    { length: -1 },
    { toJSON: 1, then: 2, constructor: null },
  ],
];
const NAMES = [
  "id",
  "status",
  "files",
  "error",
  "updatedAt",
  "later",
  "",
  "__proto__",
  "then",
  "toJSON",
  "0",
  "length",
];

/** A few bytes of a body changed; some come from another one. */
export function bytesChanged({ below, oneOf, chance }, body, others) {
  let bytes = [...body];
  do {
    const at = below(bytes.length + 1);
    const length = oneOf([0, 1, 1, 2, 8, 40]);
    const edits = [
      () => [bytes[at] ^ (1 << below(8))],
      () => [below(256)],
      () => oneOf(TOKENS),
      () => oneOf(TOKENS),
      () => oneOf(BROKEN),
      () => [],
      () => bytes.slice(at, at + 2 * length),
      () => piece(oneOf(others)),
    ];
    const inserted = oneOf(edits)();
    bytes = [...bytes.slice(0, at), ...inserted, ...bytes.slice(at + length)];
  } while (chance(0.5));
  return Uint8Array.from(bytes);

  function piece(other) {
    const from = below(other.length);
    return other.slice(from, from + below(60));
  }
}

/** The JSON of a value with a few values in it changed, left out or added. */
export function valuesChanged(random, value) {
  let changed = value;
  do changed = oneChanged(random, changed, 0);
  while (random.chance(0.4));
  return encoder.encode(JSON.stringify(changed).replace(/"raw ([^"]*)"/g, "$1"));
}

function oneChanged(random, value, depth) {
  const { below, oneOf, chance } = random;
  const isObject = typeOf(value) === "object" && value !== null;
  if (!isObject || chance(depth < 2 ? 0.02 : 0.15)) {
    if (chance(0.05)) return nested(value, below(200));
    // Often of the same type, so that much of it has to be taken.
    return oneOf(chance(0.6) ? VALUES.filter((other) => typeOf(other) === typeOf(value)) : VALUES);
  }
  if (chance(0.1)) return added(random, value);
  const keys = Object.keys(value);
  if (keys.length === 0) return oneOf(VALUES);
  const key = oneOf(keys);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (index !== Number(key)) return [item];
      return chance(0.1) ? oneOf([[], [item, item]]) : [oneChanged(random, item, depth + 1)];
    });
  }
  const { [key]: item, ...rest } = value;
  return chance(0.15) ? rest : withField(rest, key, oneChanged(random, item, depth + 1));
}

function added({ oneOf }, value) {
  if (Array.isArray(value)) return [...value, oneOf(VALUES)];
  return withField({ ...value }, oneOf(NAMES), oneOf(VALUES));
}

/** As `JSON.parse` would: also where the name is "__proto__". */
function withField(object, name, value) {
  return Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function nested(value, depth) {
  let whole = value;
  for (let level = 0; level < depth; level++) whole = level % 2 ? [whole] : { a: whole };
  return whole;
}
