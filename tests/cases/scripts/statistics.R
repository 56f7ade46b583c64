# Post-stratification, shares, differences and reliability of ref_600.csv, by R survey and psych,
# for statistics.expected.json. Run in tests/cases: Rscript scripts/statistics.R
suppressMessages({library(survey); library(psych); library(jsonlite)})
d <- read.csv("ref_600.csv", na.strings = "", stringsAsFactors = FALSE)
U <- paste0("U", 1:9)
sizes <- tapply(d$N_layanan, d$layanan, function(v) v[1])
d$one <- 1
d$N <- sum(sizes)
d$windows <- seq_len(nrow(d)) %% 3  # three months: windows 0+1 and 1+2 overlap
for (u in U) { ok <- !is.na(d[[u]]); d[[paste0("a", u)]] <- as.numeric(ok); d[[paste0("x", u)]] <- ifelse(ok, d[[u]], 0) }
designs <- list(
  simple = svydesign(ids = ~1, data = d, weights = ~one),
  simple_fpc = svydesign(ids = ~1, data = d, fpc = ~N),
  stratified = svydesign(ids = ~1, strata = ~layanan, fpc = ~N_layanan, data = d),
  weighted = svydesign(ids = ~1, weights = ~weight, data = d),
  weighted_stratified = svydesign(ids = ~1, strata = ~layanan, weights = ~weight, data = d))
items <- function(D, inside) {
  E <- update(D, inside = as.numeric(inside))
  x <- as.matrix(E$variables[paste0("x", U)]) * inside
  a <- as.matrix(E$variables[paste0("a", U)]) * inside
  w <- weights(E)
  total <- colSums(a * w)
  m <- colSums(x * w) / total
  z <- sapply(seq_along(U), function(j) (x[, j] - m[j] * a[, j]) / total[j])
  list(m = m, z = z)
}
se <- function(D, z) { E <- update(D, z = z); unname(SE(svytotal(~z, E)))[1] }
index <- function(D, inside = rep(TRUE, nrow(d))) {
  r <- items(D, inside)
  list(ikm = 25 * mean(r$m), se = 25 * se(D, rowMeans(r$z)), df = degf(D),
       items = setNames(lapply(seq_along(U), function(j) list(mean = unname(r$m[j]), se = se(D, r$z[, j]))), U))
}
difference <- function(D, one, other) {
  p <- items(D, one); q <- items(D, other)
  list(ikm = 25 * (mean(q$m) - mean(p$m)), se = 25 * se(D, rowMeans(q$z) - rowMeans(p$z)),
       items = setNames(lapply(seq_along(U), function(j) list(
         diff = unname(q$m[j] - p$m[j]), se = se(D, q$z[, j] - p$z[, j]))), U))
}
jk <- data.frame(jk = c("L", "P"), Freq = c(1850, 2050))
layanan <- data.frame(layanan = names(sizes), Freq = as.vector(sizes))
post <- list(
  simple_by_layanan = postStratify(designs$simple, ~layanan, layanan),
  simple_fpc_by_jk = postStratify(designs$simple_fpc, ~jk, jk),
  stratified_by_jk = postStratify(designs$stratified, ~jk, jk),
  weighted_by_layanan = postStratify(designs$weighted, ~layanan, layanan))
# The index again by svyratio, to be sure that the influence above is survey's own.
F <- function(p) as.formula(paste("~", paste(paste0(p, U), collapse = "+")))
by_ratio <- function(D) {
  r <- svyratio(F("x"), F("a"), D, covmat = TRUE); k <- 9; s <- (0:8) * k + 1:9
  25 * sqrt(sum(vcov(r)[s, s])) / 9
}
stopifnot(all(sapply(c(designs, post), function(D) abs(by_ratio(D) - index(D)$se) < 1e-9)))
share <- function(D, u, levels) {
  E <- subset(D, !is.na(D$variables[[u]]))
  E <- update(E, top = as.numeric(E$variables[[u]] %in% levels))
  m <- svymean(~top, E, deff = TRUE)
  r <- svymean(~top, E, deff = "replace")
  logit <- svyciprop(~top, E, method = "xlogit", df = degf(D))
  list(share = unname(coef(m)), se = unname(SE(m))[1], deff_replace = unname(deff(r))[1],
       df = degf(D), logit = as.vector(attr(logit, "ci")))
}
shares <- lapply(designs, function(D) list(
  U1_34 = share(D, "U1", 3:4), U4_4 = share(D, "U4", 4), U8_1 = share(D, "U8", 1)))
wilson <- prop.test(sum(d$U4 == 4, na.rm = TRUE), sum(!is.na(d$U4)), correct = FALSE)
complete <- na.omit(d[, U])
f <- function(R, n) { o <- fa(R, nfactors = 1, n.obs = n, fm = "minres"); as.vector(o$loadings) }
om <- function(R, n) suppressMessages(suppressWarnings(
  omega(R, nfactors = 1, n.obs = n, plot = FALSE)$omega.tot))
C <- cor(complete); P <- cor(d[, U], use = "pairwise")
alphas <- alpha.ci(suppressWarnings(alpha(complete)$total$raw_alpha), n.obs = nrow(complete), n.var = 9)
write_json(list(
  R = R.version.string, survey = as.character(packageVersion("survey")),
  psych = as.character(packageVersion("psych")), jk = setNames(as.list(jk$Freq), jk$jk),
  designs = lapply(designs, index), post = lapply(post, index),
  services = lapply(designs, function(D) difference(D, d$layanan == "KTP-el", d$layanan == "KIA")),
  windows = lapply(designs, function(D) difference(D, d$windows <= 1, d$windows >= 1)),
  shares = shares, wilson = list(share = unname(wilson$estimate), ci = as.vector(wilson$conf.int)),
  reliability = list(n = nrow(complete), feldt = c(alphas$lower.ci, alphas$upper.ci),
    complete = list(loadings = f(C, nrow(complete)), omega = om(C, nrow(complete))),
    pairwise = list(loadings = f(P, nrow(d)), omega = om(P, nrow(d))))
), "statistics.expected.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
