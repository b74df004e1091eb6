"""Makes the fictional place, seeded, with known answers: ``make_sample(directory)``."""

from placedata.sample.make import SEED, SampleSummary, make_sample

__all__ = ["SEED", "SampleSummary", "make_sample"]
