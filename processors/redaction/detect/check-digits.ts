// Whether the check digits of a number are right; the digits in the order they are written.

export function mod11(digits: readonly number[], weights: readonly number[]): boolean {
  const sum = weights.reduce((total, weight, index) => total + weight * (digits[index] as number), 0);
  return (11 - (sum % 11)) % 11 === digits.at(-1);
}

export function isCpf(digits: readonly number[]): boolean {
  const checkDigit = (count: number): number => {
    const sum = digits
      .slice(0, count)
      .reduce((total, digit, index) => total + digit * (count + 1 - index), 0);
    return ((sum * 10) % 11) % 10;
  };
  return checkDigit(9) === digits[9] && checkDigit(10) === digits[10];
}

export function luhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum > 0 && sum % 10 === 0;
}

/** Source: J. Verhoeff, "Error Detecting Decimal Codes" (1969): the dihedral group D5. */
export function verhoeff(digits: readonly number[]): boolean {
  const multiply = (a: number, b: number): number =>
    a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
  const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  digits.toReversed().forEach((digit, index) => {
    let permuted = digit;
    for (let times = 0; times < index % 8; times++) permuted = permutation[permuted] as number;
    check = multiply(check, permuted);
  });
  return check === 0;
}

/** The sum of the digits, each times its weight; digits beyond the weights do not count. */
export function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((total, weight, index) => total + weight * (digits[index] as number), 0);
}
