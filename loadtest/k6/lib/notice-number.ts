/** A notice number of aux digit 3 with right check digits (Domain facts, Payments section 1.2). */
export function noticeNumber(segregationCode: string, base: number): string {
  const first = `3${segregationCode}${String(base).padStart(13, '0')}`;
  // Sixteen digits are more than a number holds exactly: the remainder digit by digit.
  let remainder = 0;
  for (const digit of first) remainder = (remainder * 10 + Number(digit)) % 93;
  return first + String(remainder).padStart(2, '0');
}
