// Stands in where no other languages are built: in tests.

export const others: Readonly<Record<string, string>> = {};
