/** Lengths of a password, in code points (NIST SP 800-63B, 3.1.1.2). */
export const SHORTEST_PASSWORD = 8;
export const LONGEST_PASSWORD = 128;
