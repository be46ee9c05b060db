import type { Counts } from "./counts.ts";

/** Value of a metric; null where it is undefined. */
export type Figure = number | null;

/** Integer; a bigint past 2^53, so that products and differences of counts are exact. */
type Whole = number | bigint;

/** Operand of formulas: `samples` and `overflow` count the window, the others a class. */
export type Count = "samples" | "overflow" | "truePositive" | "predicted" | "actual";

/**
 * Formula of a metric on counts. It stands once, as data: here it is computed on the counts of a window, and `generate`
 * writes it as PromQL over the counts of a fleet.
 */
export type Formula =
  | { readonly kind: "count"; readonly count: Count }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "arithmetic"; readonly op: "+" | "-" | "*"; readonly left: Formula; readonly right: Formula }
  /** Undefined where the denominator is 0. */
  | { readonly kind: "ratio"; readonly numerator: Formula; readonly denominator: Formula }
  | { readonly kind: "root"; readonly of: Formula }
  /** Over the classes: the sum, and the mean of those for which it is defined. */
  | { readonly kind: "sum" | "mean"; readonly of: Formula };

/** Names a count of the class, or of all classes together where the formula is of the whole window. */
export function count(name: Count): Formula {
  return { kind: "count", count: name };
}

/** Adds two formulas. */
export function plus(left: Formula, right: Formula): Formula {
  return { kind: "arithmetic", op: "+", left, right };
}

/** Subtracts the right formula from the left one. */
export function minus(left: Formula, right: Formula): Formula {
  return { kind: "arithmetic", op: "-", left, right };
}

/** Multiplies two formulas, or a number and a formula. */
export function times(left: Formula | number, right: Formula): Formula {
  return {
    kind: "arithmetic",
    op: "*",
    left: typeof left === "number" ? { kind: "number", value: left } : left,
    right,
  };
}

/** Divides two formulas; undefined where the denominator is 0. */
export function ratio(numerator: Formula, denominator: Formula): Formula {
  return { kind: "ratio", numerator, denominator };
}

/** Square root of a formula. */
export function root(of: Formula): Formula {
  return { kind: "root", of };
}

/** Sum of a formula over the classes. */
export function sumOverClasses(of: Formula): Formula {
  return { kind: "sum", of };
}

/** Mean of a formula over the classes for which it is defined. */
export function meanOverClasses(of: Formula): Formula {
  return { kind: "mean", of };
}

/** Tells whether a formula has a figure for each class, or one for the whole window. */
export function isPerClass(formula: Formula): boolean {
  switch (formula.kind) {
    case "count":
      return formula.count !== "samples" && formula.count !== "overflow";
    case "arithmetic":
      return isPerClass(formula.left) || isPerClass(formula.right);
    case "ratio":
      return isPerClass(formula.numerator) || isPerClass(formula.denominator);
    case "root":
      return isPerClass(formula.of);
    case "number":
    case "sum":
    case "mean":
      return false;
  }
}

/** Compiles a formula to a function on counts; integers are exact until they are divided. */
export function computation(formula: Formula): (counts: Counts) => Figure {
  const compute = compile(formula);
  return (counts) => {
    const value = compute(counts);
    return value === null ? null : Number(value);
  };
}

type Compute = (counts: Counts) => Whole | null;

function compile(formula: Formula): Compute {
  switch (formula.kind) {
    case "count": {
      const name = formula.count;
      return (counts) => counts[name];
    }
    case "number": {
      const { value } = formula;
      return () => value;
    }
    case "arithmetic": {
      const { op } = formula;
      const left = compile(formula.left);
      const right = compile(formula.right);
      return (counts) => {
        const a = left(counts);
        const b = right(counts);
        return a === null || b === null ? null : arithmetic(op, a, b);
      };
    }
    case "ratio": {
      const numerator = compile(formula.numerator);
      const denominator = compile(formula.denominator);
      return (counts) => {
        const below = Number(denominator(counts) ?? 0);
        const above = numerator(counts);
        return below === 0 || above === null ? null : Number(above) / below;
      };
    }
    case "root": {
      const of = compile(formula.of);
      return (counts) => Math.sqrt(Number(of(counts) ?? Number.NaN));
    }
    case "sum":
    case "mean": {
      const of = compile(formula.of);
      const isMean = formula.kind === "mean";
      return ({ classes }) => {
        let sum: Whole = 0;
        let defined = 0;
        for (const one of classes) {
          const value = of(one);
          if (value === null) continue;
          sum = arithmetic("+", sum, value);
          defined++;
        }
        if (!isMean) return sum;
        return defined === 0 ? null : Number(sum) / defined;
      };
    }
  }
}

/** Computes in doubles while these are exact, and in bigints where two whole numbers leave that range. */
function arithmetic(op: "+" | "-" | "*", left: Whole, right: Whole): Whole {
  if (typeof left === "number" && typeof right === "number") {
    const result = op === "+" ? left + right : op === "-" ? left - right : left * right;
    if (Math.abs(result) <= Number.MAX_SAFE_INTEGER || !Number.isInteger(left) || !Number.isInteger(right))
      return result;
  } else if (!isWhole(left) || !isWhole(right)) return arithmetic(op, Number(left), Number(right));
  const [a, b] = [BigInt(left), BigInt(right)];
  return op === "+" ? a + b : op === "-" ? a - b : a * b;
}

function isWhole(value: Whole): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}
