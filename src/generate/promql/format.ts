import type { Scalar, Tree, Vector } from "./builder.ts";

/** Longest line, in characters. */
const width = 110;

/** Writes an expression as text: on one line where it fits, else one operand a line, indented by depth. */
export function formatExpression(expr: Vector | Scalar): string {
  return wrap(expr.tree, 0);
}

function wrap(tree: Tree, indent: number): string {
  const line = flat(tree);
  if (tree.kind === "atom" || indent + line.length <= width) return line;
  const pad = " ".repeat(indent);
  if (tree.kind === "call") return `${tree.head}(${block(tree.args, indent)}\n${pad})`;
  const [left, right] = operands(tree);
  return `${side(left, indent, tree)}\n${pad}${tree.op} ${side(right, indent, tree)}`;
}

function side({ tree, bare }: Operand, indent: number, parent: Tree): string {
  // Operators of higher precedence are indented further, so that the outer ones are easy to find.
  if (bare) return wrap(tree, tree.kind === "infix" && tree.precedence > parent.precedence ? indent + 2 : indent);
  const line = `(${flat(tree)})`;
  return indent + line.length <= width ? line : `(${block([tree], indent)}\n${" ".repeat(indent)})`;
}

function block(trees: readonly Tree[], indent: number): string {
  const pad = " ".repeat(indent + 2);
  return trees.map((tree) => `\n${pad}${wrap(tree, indent + 2)}`).join(",");
}

function flat(tree: Tree): string {
  if (tree.kind === "atom") return tree.text;
  if (tree.kind === "call") return `${tree.head}(${tree.args.map(flat).join(", ")})`;
  const [left, right] = operands(tree).map(({ tree: part, bare }) => (bare ? flat(part) : `(${flat(part)})`));
  return `${left} ${tree.op} ${right}`;
}

interface Operand {
  readonly tree: Tree;
  /** True where no parentheses are needed. */
  readonly bare: boolean;
}

/** Binary operators associate to the left, so the right side needs parentheses at equal precedence. */
function operands(tree: Extract<Tree, { kind: "infix" }>): readonly [Operand, Operand] {
  return [
    { tree: tree.left, bare: tree.left.precedence >= tree.precedence },
    { tree: tree.right, bare: tree.right.precedence > tree.precedence },
  ];
}
