/** So often what a program never does by itself is no accident. */
export const MANY = 4
