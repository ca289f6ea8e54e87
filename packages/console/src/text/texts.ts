/** English, Korean and, where English needs one, the form for exactly one thing (`count` is 1). */
export type Text = readonly [english: string, korean: string, englishOne?: string];
export type Texts = Readonly<Record<string, Text>>;
