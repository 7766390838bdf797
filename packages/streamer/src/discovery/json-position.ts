/** A place in a text, counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Where in a JSON text the value at `path` stands, or its key if it is in an object. If the path leads nowhere, the
 * nearest place on the way to it. `undefined` for a text that is not JSON.
 */
export function findJsonPosition(text: string, path: readonly (string | number)[]): TextPosition | undefined {
  try {
    return positionAt(text, new JsonWalker(text, path).walk());
  } catch {
    return undefined;
  }
}

/** The parts of a path such as `contributes.codecs[0].id`. */
export function splitPath(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Reads as much of the text as leads to the path. Text that is not JSON makes it throw. */
class JsonWalker {
  #at = 0;
  #found = 0;

  constructor(
    private readonly text: string,
    private readonly path: readonly (string | number)[],
  ) {}

  walk(): number {
    this.#skipSpace();
    this.#found = this.#at;
    this.#value(0);
    return this.#found;
  }

  /** Reads a value; `depth` is the number of parts of the path that lead to it, or -1 off the path. */
  #value(depth: number): void {
    this.#skipSpace();
    const first = this.text[this.#at];
    if (first === '{') this.#object(depth);
    else if (first === '[') this.#array(depth);
    else this.#token();
  }

  #object(depth: number): void {
    this.#at++;
    for (this.#skipSpace(); this.text[this.#at] !== '}'; this.#skipSpace()) {
      const keyAt = this.#at;
      const key = JSON.parse(this.#token()) as string;
      const isOnPath = depth >= 0 && this.path[depth] === key;
      if (isOnPath) this.#found = keyAt;
      this.#skipSpace();
      this.#expect(':');
      this.#value(isOnPath ? depth + 1 : -1);
      this.#skipSpace();
      if (this.text[this.#at] === ',') this.#at++;
    }
    this.#at++;
  }

  #array(depth: number): void {
    this.#at++;
    this.#skipSpace();
    for (let index = 0; this.text[this.#at] !== ']'; index++) {
      const isOnPath = depth >= 0 && this.path[depth] === index;
      if (isOnPath) this.#found = this.#at;
      this.#value(isOnPath ? depth + 1 : -1);
      this.#skipSpace();
      if (this.text[this.#at] === ',') this.#at++;
      this.#skipSpace();
    }
    this.#at++;
  }

  #token(): string {
    const pattern = /"(?:[^"\\]|\\.)*"|[-+.\w]+/y;
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.text)?.[0];
    if (token === undefined) throw new SyntaxError(`no JSON at ${this.#at}`);
    this.#at += token.length;
    return token;
  }

  #expect(character: string): void {
    if (this.text[this.#at] !== character) throw new SyntaxError(`no '${character}' at ${this.#at}`);
    this.#at++;
  }

  #skipSpace(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++;
    if (this.#at >= this.text.length) throw new SyntaxError('the text ends early');
  }
}
