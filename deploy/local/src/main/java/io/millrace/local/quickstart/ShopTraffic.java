package io.millrace.local.quickstart;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Simulates the shop's customers in an order that a seed determines: they place orders, pay, cancel; orders are shipped
 * and deleted; sites come and go, and install, update, switch off and remove apps; products get new images; customers of
 * every region register, move and leave. For one thread.
 */
public final class ShopTraffic {
    private static final List<String> APPS =
            List.of("blog", "calendar", "chat", "forms", "gallery", "newsletter", "search", "store");
    private static final List<String> NAMES = List.of("Ada", "Dmitri", "Grace", "Jürgen", "Mary", "Radia");
    private static final int PAGES = 120;
    private static final List<Integer> IMAGE_SIZES = List.of(40, 160, 400, 600);

    private final ShopService shop;
    private final Random random;
    private final List<Long> products = new ArrayList<>();
    private final List<Long> placed = new ArrayList<>();
    private final List<Long> paid = new ArrayList<>();
    private final List<Long> cancelled = new ArrayList<>();
    private final Map<Long, SiteDocument> sites = new LinkedHashMap<>();
    private final Map<Region, List<Long>> customers = new EnumMap<>(Region.class);

    /** Adds a few products to the shop, to be ordered. */
    public ShopTraffic(ShopService shop, long seed) throws SQLException {
        this.shop = shop;
        this.random = new Random(seed);
        for (int i = 1; i <= 5; i++) {
            products.add(shop.addProduct(
                    nextContext(), "SKU-" + i, "Product " + i, new BigDecimal("4.90").movePointRight(i % 2)));
        }
    }

    /** The next request's context. */
    public ShopRequest nextContext() {
        return ShopRequest.next(random);
    }

    /** Commits this many random transactions. */
    public void run(int transactions) throws SQLException {
        for (int i = 0; i < transactions; i++) {
            if (random.nextInt(25) == 0) {
                saveImage(newImage());
            } else if (random.nextInt(8) == 0) {
                changeCustomers();
            } else if (random.nextInt(3) == 0) {
                changeSites();
            } else {
                changeOrders();
            }
        }
    }

    /** Places an order that the random traffic will not touch. */
    public ShopWrite placeOrder() throws SQLException {
        int count = 1 + random.nextInt(3);
        return shop.placeOrder(
                nextContext(),
                1 + random.nextInt(50),
                products.subList(0, count),
                BigDecimal.valueOf(100 + random.nextInt(9900), 2));
    }

    /** Registers a customer whom the random traffic will not touch. */
    ShopWrite registerCustomer(Region region) throws SQLException {
        return shop.registerCustomer(
                nextContext(), region, NAMES.get(random.nextInt(NAMES.size())), Address.random(random, region));
    }

    /** Begins a subscription whose first payment is due after this time. */
    public ShopWrite subscribe(Duration untilFirstPayment) throws SQLException {
        return shop.subscribe(
                nextContext(),
                1 + random.nextInt(50),
                BigDecimal.valueOf(100 + random.nextInt(2900), 2),
                RenewalService.after(untilFirstPayment));
    }

    /** An image of one of the usual sizes. */
    ProductImage newImage() {
        int size = IMAGE_SIZES.get(random.nextInt(IMAGE_SIZES.size()));
        return ProductImage.random(random, size, size);
    }

    /** Gives one of the products this image. */
    ShopWrite saveImage(ProductImage image) throws SQLException {
        return shop.saveImage(nextContext(), products.get(random.nextInt(products.size())), image.png());
    }

    /** A new site's document with these apps. */
    public static SiteDocument newSite(Map<String, String> apps) {
        return new SiteDocument(apps, PAGES);
    }

    private void changeOrders() throws SQLException {
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                if (!placed.isEmpty()) {
                    paid.add(shop.payOrder(nextContext(), take(placed)).id());
                }
            }
            case 2 -> {
                if (!paid.isEmpty()) {
                    shop.shipOrder(nextContext(), take(paid));
                }
            }
            case 3 -> {
                if (!placed.isEmpty()) {
                    cancelled.add(shop.cancelOrder(nextContext(), take(placed)).id());
                }
            }
            case 4 -> {
                if (!cancelled.isEmpty()) {
                    shop.deleteOrder(nextContext(), take(cancelled));
                }
            }
            default -> placed.add(placeOrder().id());
        }
    }

    private void changeCustomers() throws SQLException {
        Region region = random.nextBoolean() ? Region.EU : Region.US;
        List<Long> registered = customers.computeIfAbsent(region, any -> new ArrayList<>());
        int choice = random.nextInt(10);
        if (registered.isEmpty() || choice < 6) {
            registered.add(registerCustomer(region).id());
        } else if (choice < 9) {
            long customer = registered.get(random.nextInt(registered.size()));
            shop.moveCustomer(nextContext(), region, customer, Address.random(random, region));
        } else {
            shop.deleteCustomer(nextContext(), region, take(registered));
        }
    }

    private void changeSites() throws SQLException {
        if (sites.size() < 3 || random.nextInt(5) == 0) {
            SiteDocument document = newSite(randomApps());
            sites.put(shop.createSite(nextContext(), document).id(), document);
            return;
        }
        List<Long> ids = List.copyOf(sites.keySet());
        long site = ids.get(random.nextInt(ids.size()));
        if (random.nextInt(10) == 0) {
            sites.remove(site);
            shop.deleteSite(nextContext(), site);
            return;
        }
        String app = APPS.get(random.nextInt(APPS.size()));
        SiteDocument document = sites.get(site);
        SiteDocument changed = random.nextInt(3) == 0 ? document.without(app) : document.with(app, randomVersion());
        sites.put(site, changed);
        shop.saveSite(nextContext(), site, changed);
    }

    private Map<String, String> randomApps() {
        Map<String, String> apps = new TreeMap<>();
        for (String app : APPS) {
            if (random.nextInt(2) == 0) {
                apps.put(app, randomVersion());
            }
        }
        return apps;
    }

    private String randomVersion() {
        return (1 + random.nextInt(3)) + "." + random.nextInt(10) + (random.nextInt(4) == 0 ? "-off" : "");
    }

    private long take(List<Long> ids) {
        return ids.remove(random.nextInt(ids.size()));
    }
}
