"""What a board's sensor may be off by, learnt from boards that were compared with a meter.

    shown = gain x true + offset x (1 - true / rated)      (powers in W)

so that `gain` is the ratio at rated power and the offset shows below it. For the boards b of a
generation f, all compared with one meter,

    gain_b - 1  ~  t3(mu_f + m, s_f)    mu_f ~ N(0, 1 %)     m ~ anywhere within +-2 %, the meter's
    offset_b    ~  t3(0, w_f)           ln s_f ~ N(ln 3 %, 0.2)    ln w_f ~ N(ln 10 W, 0.4)

t3(centre, scale) is Student's t with 3 degrees of freedom, so that an outlier widens its generation
and hardly moves it. The offset's centre is 0: one board's offset is never given to another board.
The five figures are round and were chosen with the compared boards in view. With 3 % four boards in five
keep the +-5 % that NVML's reference gives for Fermi and Kepler; 10 W is what a slot's 3.3 V rail carries
(3 A, PCI Express card electromechanical specification).

Integrals are sums over grids; only the standard library is used.
"""

import dataclasses
import math

NU = 3                # degrees of freedom of all of it
T95 = 2.3533634348    # t3's 95 % quantile
MU_SD = 0.01
METER_HALF_WIDTH = 0.02
GAIN_SCALE = (0.03, 0.2)    # median, standard deviation of the logarithm
OFFSET_SCALE_W = (10.0, 0.4)
LEAST_BOARDS = 4      # a generation's centre leaves 1 with this many
NORMAL95 = 1.6448536


@dataclasses.dataclass(frozen=True)
class Family:
    """Half-widths hold 90 % and are those of t3. Family part: common to all boards of one type."""

    gain: float
    gain_family: float
    gain_board: float
    offset_family_w: float
    offset_board_w: float
    meter: float = METER_HALF_WIDTH

    @property
    def gain_half_width(self):
        return math.hypot(self.gain_family, self.gain_board)

    @property
    def offset_half_width_w(self):
        return math.hypot(self.offset_family_w, self.offset_board_w)


def log_t3(x, scale):
    return -math.log(scale) - 2.0 * math.log1p((x / scale) ** 2 / 3.0)


def t3_within(half_width):
    """P(|t3| <= half_width)."""
    z = half_width / math.sqrt(3.0)
    return 2.0 / math.pi * (z / (1.0 + z * z) + math.atan(z))


def scales(median, sd):
    """The grid of a scale, and the logarithm of its prior."""
    points = [4.0 * (i / 20.0 - 1.0) for i in range(41)]
    return [(median * math.exp(sd * z), -0.5 * z * z) for z in points]


def half_width(weighted_scales):
    """That holds 90 % of t3 with a scale drawn from `weighted_scales`."""
    total = sum(weight for _, weight in weighted_scales)
    low, high = 0.0, 100.0 * max(scale for scale, _ in weighted_scales)
    for _ in range(60):
        middle = (low + high) / 2.0
        held = sum(w * t3_within(middle / s) for s, w in weighted_scales) / total
        low, high = (middle, high) if held < 0.9 else (low, middle)
    return (low + high) / 2.0


def fit_gain(deviations):
    """Centre of gain - 1, half-width of what is not known of it, half-width of the boards."""
    free = len(deviations) >= LEAST_BOARDS
    centres = [i * 0.002 for i in range(-30, 31)] if free else [0.0]
    grid = scales(*GAIN_SCALE)
    by_scale = [0.0] * len(grid)
    moments = []  # of the centre, for each error of the meter
    for step in range(-4, 5):
        meter = METER_HALF_WIDTH * step / 4.0
        total = first = second = 0.0
        for centre in centres:
            log_centre = -0.5 * (centre / MU_SD) ** 2
            for i, (scale, log_prior) in enumerate(grid):
                weight = math.exp(log_centre + log_prior + sum(
                    log_t3(x - centre - meter, scale) for x in deviations))
                by_scale[i] += weight
                total += weight
                first += weight * centre
                second += weight * centre * centre
        moments.append((total, first / total, second / total - (first / total) ** 2))
    total = sum(weight for weight, _, _ in moments)
    centre = sum(weight * mean for weight, mean, _ in moments) / total
    variance = sum(weight * spread for weight, _, spread in moments) / total
    if not free:
        variance = MU_SD ** 2
    boards = half_width([(scale, w) for (scale, _), w in zip(grid, by_scale)])
    return centre, NORMAL95 * math.sqrt(max(variance, 0.0)), boards


def fit_offset(offsets_w):
    return half_width([(scale, math.exp(log_prior + sum(log_t3(x, scale) for x in offsets_w)))
                       for scale, log_prior in scales(*OFFSET_SCALE_W)])


def fit(boards):
    """The family of these boards. Of what differs from board to board, half of the variance is taken
    to be common to boards of one type, as nothing is known of it."""
    centre, unknown, spread = fit_gain([board.deviation for board in boards])
    offset = fit_offset([board.intercept_w for board in boards])
    half = 1.0 / math.sqrt(2.0)
    return Family(1.0 + centre, math.hypot(unknown, half * spread), half * spread, half * offset,
                  half * offset)


def without_data(families):
    """The family of boards that were never compared: they may be like any of the vendor's families,
    so that it reaches as far as each of them. Its centre is 1."""
    reach = max(abs(f.gain - 1.0) + f.gain_half_width for f in families)
    board = max(f.gain_board for f in families)
    return Family(1.0, math.sqrt(reach ** 2 - board ** 2), board,
                  max(f.offset_family_w for f in families), max(f.offset_board_w for f in families),
                  max(f.meter for f in families))


def t_quantile95(nu):
    """Cornish and Fisher's expansion, good to 0.3 % from 3 degrees of freedom on."""
    z = NORMAL95
    return (z + (z**3 + z) / (4 * nu) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * nu**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * nu**3)
            + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * nu**4))


def expanded_w(family, true_w, rated_w, with_meter=True):
    """U of what is shown at this true power, 90 %, as docs/uncertainty.md combines it."""
    gain = true_w * family.gain_half_width / T95
    offset = abs(1.0 - true_w / rated_w) * family.offset_half_width_w / T95
    meter = true_w * family.meter / math.sqrt(3.0) if with_meter else 0.0
    variance = gain**2 + offset**2 + meter**2
    if variance == 0.0:
        return 0.0
    return t_quantile95(variance**2 / ((gain**4 + offset**4) / NU)) * math.sqrt(variance)


def true_power_w(family, shown_w, rated_w):
    """The true powers P with |shown - gain P| <= U(P)."""
    ends = []
    for sign in (-1.0, 1.0):
        power = shown_w / family.gain
        for _ in range(60):
            power = max(0.0, (shown_w + sign * expanded_w(family, power, rated_w)) / family.gain)
        ends.append(power)
    return tuple(ends)
