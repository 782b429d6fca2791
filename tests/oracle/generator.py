"""The generator of isojoule/stats/random.hpp and its splits, written again from the papers.

Blackman and Vigna, xoshiro256** 1.0; splitmix64 for the seed; Lemire's bounded integers.
"""

WORD = (1 << 64) - 1


def splitmix64(state):
    """-> (next state, output)"""
    state = (state + 0x9E3779B97F4A7C15) & WORD
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return state, z ^ (z >> 31)


def derive_seed(*numbers):
    seed = 0
    for number in numbers:
        seed = splitmix64(seed ^ number)[1]
    return seed


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & WORD


class Random:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed, word = splitmix64(seed)
            self.s.append(word)

    def next(self):
        s = self.s
        result = (rotate((s[1] * 5) & WORD, 7) * 9) & WORD
        t = (s[1] << 17) & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def below(self, bound):
        threshold = (1 << 64) % bound
        while True:
            product = self.next() * bound
            if product & WORD >= threshold:
                return product >> 64

    def uniform(self):
        return (self.next() >> 11) / (1 << 53)

    def permutation(self, n):
        places = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.below(i + 1)
            places[i], places[j] = places[j], places[i]
        return places


def random_split(seed, index, n, test_percent):
    """-> (train, test)"""
    train = n - -(-test_percent * n // 100)
    shuffled = Random(derive_seed(seed, index, n)).permutation(n)
    return sorted(shuffled[:train]), sorted(shuffled[train:])
