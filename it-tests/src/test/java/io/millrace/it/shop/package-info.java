/** The model of the shop: its rows, its traffic, the events and views that it must lead to, and their comparison. */
package io.millrace.it.shop;
