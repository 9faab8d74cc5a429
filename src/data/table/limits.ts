// What a table is told by, and how much of it may be how large.

/** Different words of a column of categories. */
export const MOST_CATEGORIES = 10_000;
/** Different labels. */
export const MOST_CLASSES = 1000;
/** A column with a greater part of numbers than this among its values is meant to hold numbers only. */
export const MOSTLY = 0.9;
/** Words of which most occur once are no categories, unless they are so few. */
export const FEW_WORDS = 10;
