import { describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { filesUnder, readRepositoryFile } from "../support/repository.ts";

const sources = filesUnder("src").filter((path) => path.endsWith(".ts"));
const tests = filesUnder("test").filter((path) => /\.(?:ts|js)$/u.test(path));

/** The lines of the given files that match, each as `path:line: text`. */
function linesThatMatch(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    readRepositoryFile(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? `${path}:${index + 1}: ${line.trim()}` : [])),
  );
}

/** The names that a source exports without a doc comment above them. */
function undocumentedExports(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const local = source.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) &&
    statement.moduleSpecifier === undefined &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map((element) => (element.propertyName ?? element.name).text)
      : [],
  );
  const exported = source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const documented = ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
    return declaredNames(statement)
      .filter((name) => isExported === true || local.includes(name))
      .map((name) => ({ name, documented }));
  });
  // Of an overloaded function one comment will do.
  const documented = new Set(exported.flatMap((one) => (one.documented ? one.name : [])));
  return exported.map(({ name }) => name).filter((name) => !documented.has(name));
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed ? [statement.name?.text ?? "default"] : [];
}

describe("the sources", () => {
  test("source files hold one thing per file: none is longer than 300 lines", () => {
    const long = sources.filter((path) => readRepositoryFile(path).split("\n").length - 1 > 300);
    expect(long).toEqual([]);
  });

  test("source files are named after what they hold, in kebab-case", () => {
    const odd = sources.filter(
      (path) => !/^src(?:\/[a-z0-9-]+)+\.ts$/u.test(path) || /\b(?:utils?|helpers?|common|misc)\b/u.test(path),
    );
    expect(odd).toEqual([]);
  });

  test("source files say above everything exported what it is for", () => {
    const undocumented = sources.flatMap((path) =>
      undocumentedExports(path, readRepositoryFile(path)).map((name) => `${path}: ${name}`),
    );
    expect(undocumented).toEqual([]);
  });

  test("source files are seen through by that rule: each kind of export is found", () => {
    const text = [
      "/** Documented. */ export const a = 1;",
      "export const b = 1, c = 2;",
      "export function d() {}",
      "/** Documented. */ export function over(a: 1): void; export function over(a: 2): void;",
      "export async function* e() {}",
      "export class F {}",
      "export interface G {}",
      "export type H = 1;",
      "const i = 1; export { i };",
      "export default function () {}",
      "// Not a doc comment.\nexport const j = 1;",
      "const inner = 1;",
    ].join("\n");
    const names = ["b", "c", "d", "e", "F", "G", "H", "i", "default", "j"];
    expect(undocumentedExports("sample.ts", text)).toEqual(names);
  });

  test.each([
    { rule: "leave nothing for later", pattern: /\b(?:TO[D]O|FIX[M]E|X{3})\b/u },
    // By its `z` all of it goes into the bundle, the words of forty languages too, and is loaded at each start.
    { rule: "take of zod what they use", pattern: /^import \{.*\bz\b.*\} from "zod"/u },
    {
      rule: "never silence the compiler or the linter",
      pattern: /@ts-(?:ignore|expect-error|nocheck)|eslint-disable/u,
    },
  ])("source files $rule", ({ pattern }) => {
    expect(linesThatMatch(sources, pattern)).toEqual([]);
  });
});

describe("the tests", () => {
  test("tests all run: none is skipped, left for later or run alone", () => {
    const pattern = /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/u;
    expect(linesThatMatch(tests, pattern)).toEqual([]);
  });
});

describe("the repository", () => {
  test("the repository locks its packages without the addresses that they came from", () => {
    expect(linesThatMatch(["package-lock.json"], /"resolved":/u)).toEqual([]);
  });

  // A registry that lacks a platform's package leaves a gap, and npm ci then takes the lock for out of date.
  test("the repository locks the optional packages of every platform", () => {
    const lock = JSON.parse(readRepositoryFile("package-lock.json")) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const places = Object.keys(lock.packages);
    const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !places.some((place) => place.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  test.each(["npm ci && npm start", "npm ci && npm test"])("the repository tells a newcomer to run `%s`", (command) => {
    expect(
      readRepositoryFile("README.md")
        .split("\n")
        .map((line) => line.trim()),
    ).toContain(command);
  });

  test("the repository runs on a build machine the test command that the README gives", () => {
    expect(readRepositoryFile(".ci/run")).toContain("npm ci && npm test");
  });
});
