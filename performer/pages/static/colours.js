// One colour a part, by its role, so that roll, mutes and legend agree; and what colours the words of a look mean.

const ROLES = {
  drums: [38, 100, 66], bass: [196, 95, 62], chords: [262, 92, 76], arp: [160, 78, 62], lead: [334, 96, 70], texture: [224, 70, 72],
};

export const colourOf = (role, index = 0) => {
  const [hue, saturation, light] = ROLES[role] ?? [(index * 67 + 20) % 360, 60, 68];
  return { hue: hue + (index % 3) * 9, saturation, light };
};

export const css = ({ hue, saturation, light }, alpha = 1, lift = 0) => `hsl(${hue} ${saturation}% ${Math.min(97, light + lift)}% / ${alpha})`;

// hue, saturation, lightness of the fields that a word asks for
const LOOKS = {
  dawn: [[18, 85, 46], [335, 60, 38], [262, 55, 32]],
  dusk: [[286, 60, 34], [20, 85, 40], [230, 60, 30]],
  night: [[226, 75, 28], [250, 65, 24], [205, 70, 26]],
  drop: [[334, 100, 52], [196, 100, 50], [275, 95, 52]],
  peak: [[334, 100, 52], [38, 100, 52], [275, 95, 52]],
  build: [[262, 80, 44], [300, 75, 42], [220, 80, 42]],
  break: [[186, 70, 32], [226, 60, 30], [160, 55, 28]],
  verse: [[222, 75, 38], [262, 65, 38], [196, 70, 34]],
  chorus: [[38, 95, 48], [334, 90, 48], [18, 95, 46]],
  outro: [[226, 60, 26], [286, 50, 24], [196, 50, 24]],
  intro: [[226, 65, 28], [196, 60, 28], [262, 55, 28]],
  rise: [[248, 75, 40], [286, 80, 44], [20, 90, 46]],
  calm: [[192, 65, 30], [222, 65, 30], [168, 50, 26]],
  gold: [[42, 100, 50], [32, 100, 46], [50, 95, 52]],
  amber: [[34, 100, 48], [28, 100, 44]],
  warm: [[28, 95, 46], [12, 90, 42], [42, 95, 46]],
  cold: [[200, 85, 46], [220, 85, 44], [186, 75, 44]],
  red: [[356, 95, 44], [4, 90, 40]],
  orange: [[22, 100, 48]],
  yellow: [[52, 100, 50]],
  green: [[140, 80, 38], [160, 75, 36]],
  teal: [[178, 80, 36], [190, 80, 38]],
  cyan: [[188, 95, 46]],
  blue: [[222, 95, 48], [206, 95, 46], [240, 85, 46]],
  violet: [[272, 85, 48]],
  purple: [[282, 85, 44], [262, 80, 44]],
  pink: [[330, 95, 58], [312, 85, 54]],
  magenta: [[310, 95, 48]],
  white: [[210, 20, 82], [40, 20, 84]],
  sun: [[48, 100, 56], [34, 100, 52]],
  sea: [[192, 85, 38], [212, 85, 36], [170, 70, 34]],
  ice: [[196, 70, 66], [210, 60, 70]],
  fire: [[8, 100, 46], [28, 100, 48], [42, 100, 50]],
};

export const known = (word) => Object.hasOwn(LOOKS, word.replace(/\d+$/, ""));

const hash = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) >>> 0, 7);

// Colours for the words of a look; words that nobody knows get colours of their own, always the same.
export const fieldsOf = (words) => {
  const found = words.flatMap((word) => LOOKS[word.replace(/\d+$/, "")] ?? []);
  if (found.length) return found;
  const hue = hash(words.join(" ")) % 360;
  return [[hue, 80, 42], [(hue + 38) % 360, 75, 40], [(hue + 322) % 360, 70, 36]];
};
