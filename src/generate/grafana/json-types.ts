/**
 * What a type of Grafana's SDK looks like as JSON: its enums as the words that they stand for, its methods left out, what
 * it leaves open unknown. So the SDK checks what is written here and is not needed to run it.
 */
export type AsJson<T> = 0 extends 1 & T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? NumberOf<T>
      : T extends readonly (infer Item)[]
        ? readonly AsJson<Item>[]
        : T extends object
          ? { readonly [Key in keyof T as T[Key] extends () => void ? never : Key]: AsJson<T[Key]> }
          : T;

/** A number, or the numbers that the members of an enum stand for. */
type NumberOf<T extends number> = `${T}` extends `${infer Literal extends number}`
  ? number extends Literal
    ? T
    : Literal
  : T;
