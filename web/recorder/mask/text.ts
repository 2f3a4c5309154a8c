// Dots in place of letters and digits: what is hidden keeps its length and its punctuation, and nothing else.

const written = /[\p{L}\p{M}\p{N}]/gu;

export const maskText = (text: string): string => text.replace(written, "•");
/** A field's value: nothing of it is kept but how long it is. */
export const maskValue = (value: string): string => "•".repeat([...value].length);
