# Reads an evidence bundle with base R alone, and computes its index from the tallies:
#   Rscript tests/benchmarks/read_bundle.R bukti.zip
# The README shows the same lines.
bundle  <- commandArgs(trailingOnly = TRUE)[1]
indices <- read.csv(unz(bundle, "indices.csv"))
tallies <- read.csv(unz(bundle, "tallies.csv"), check.names = FALSE)

index <- subset(indices, group == "whole" & measure == "index")
items <- subset(indices, group == "whole" & measure == "item")

# The mean of each item, weighted; a scale of 1-6 is brought onto scale 4.
own   <- subset(tallies, group == "whole" & item == with)
sums  <- with(subset(own, moment == "sums"), setNames(value, item))
n     <- with(subset(own, moment == "answered"), setNames(value, item))
scale <- if (index$code == "IKM") 1 else 4 / 6
value <- sum(items$weight * (sums / n)[items$code]) * scale

stopifnot(isTRUE(all.equal(value, index$value, tolerance = 1e-12)))
cat(index$code, index$score100, "[", index$ci_low, ";", index$ci_high, "] n =", index$n, "\n")
