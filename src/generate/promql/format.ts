import type { Scalar, Tree, Vector } from "./builder.ts";

/** Longer expressions are broken at their operators. */
const width = 110;

/** An expression as text: on one line where it fits, else one operand a line, indented by depth. */
export function exprText(expr: Vector | Scalar): string {
  return laid(expr.tree, 0);
}

function laid(tree: Tree, indent: number): string {
  const line = flat(tree);
  if (tree.kind === "atom" || indent + line.length <= width) return line;
  const pad = " ".repeat(indent);
  if (tree.kind === "call") return `${tree.head}(${block(tree.args, indent)}\n${pad})`;
  const [left, right] = operands(tree);
  return `${side(left, indent, tree)}\n${pad}${tree.op} ${side(right, indent, tree)}`;
}

function side({ tree, bare }: Operand, indent: number, parent: Tree): string {
  // What binds tighter stands further in, so that the eye finds the outer operators.
  if (bare) return laid(tree, tree.kind === "infix" && tree.binding > parent.binding ? indent + 2 : indent);
  const line = `(${flat(tree)})`;
  return indent + line.length <= width ? line : `(${block([tree], indent)}\n${" ".repeat(indent)})`;
}

function block(trees: readonly Tree[], indent: number): string {
  const pad = " ".repeat(indent + 2);
  return trees.map((tree) => `\n${pad}${laid(tree, indent + 2)}`).join(",");
}

function flat(tree: Tree): string {
  if (tree.kind === "atom") return tree.text;
  if (tree.kind === "call") return `${tree.head}(${tree.args.map(flat).join(", ")})`;
  const [left, right] = operands(tree).map(({ tree: part, bare }) => (bare ? flat(part) : `(${flat(part)})`));
  return `${left} ${tree.op} ${right}`;
}

interface Operand {
  readonly tree: Tree;
  /** Whether it needs no parentheses. */
  readonly bare: boolean;
}

/** Operators of one rank are read from the left: the right side needs parentheses at the same rank already. */
function operands(tree: Extract<Tree, { kind: "infix" }>): readonly [Operand, Operand] {
  return [
    { tree: tree.left, bare: tree.left.binding >= tree.binding },
    { tree: tree.right, bare: tree.right.binding > tree.binding },
  ];
}
